#include "io/export/catalogue_match.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "gpu/layout.h"

namespace tangram::io {
namespace {

Result<MatchedModel> match_model(const deployment::DeployedModel& deployed,
                                 const gpu::Catalogue& catalogue) {
    const Result<gpu::GpuModelId> id = catalogue.find(deployed.name);
    if (!id) return id.error();
    MatchedModel matched;
    matched.model = &catalogue.model(*id);
    for (const deployment::DeployedProfile& profile : deployed.profiles) {
        matched.profiles.push_back(matched.model->find_profile(profile.name));
        if (!matched.profiles.back().valid()) {
            return Error{ErrorCode::kNotFound,
                         fmt::format("{} has no profile {}", deployed.name, profile.name),
                         {}};
        }
    }
    return matched;
}

}  // namespace

bool stays(const deployment::Instance& instance) {
    return instance.phase != deployment::Phase::kDestroying;
}

Result<std::vector<MatchedModel>> match_catalogue(const deployment::Deployment& deployment,
                                                  const gpu::Catalogue& catalogue) {
    std::vector<MatchedModel> models;
    for (const deployment::DeployedModel& deployed : deployment.models) {
        Result<MatchedModel> matched = match_model(deployed, catalogue);
        if (!matched) return matched.error();
        models.push_back(std::move(*matched));
    }
    std::set<std::pair<int, std::vector<gpu::Placement>>> legal;
    for (const deployment::DeployedGpu& gpu : deployment.gpus) {
        const MatchedModel& matched = models[static_cast<std::size_t>(gpu.model)];
        std::vector<gpu::Placement> placements;
        for (const deployment::Instance& instance : gpu.instances) {
            if (!stays(instance)) continue;
            const auto profile = static_cast<std::size_t>(instance.profile);
            placements.push_back({matched.profiles[profile], instance.start});
        }
        if (!legal.emplace(gpu.model, placements).second) continue;
        const auto layout = gpu::Layout::make(*matched.model, gpu::RuleSet{}, placements);
        if (!layout) return invalid_input(layout.error().text(), "GPU " + gpu.id);
    }
    return models;
}

}  // namespace tangram::io
