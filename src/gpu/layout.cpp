#include "gpu/layout.h"

#include <algorithm>
#include <string>

#include "gpu/company.h"

namespace tangram::gpu {
namespace {

std::string described(const GpuModel& model, Placement placement) {
    return model.profiles[placement.profile].name + " at " + std::to_string(placement.start);
}

std::string listed(const std::vector<int>& numbers) {
    std::string text;
    for (const int number : numbers) {
        text += (text.empty() ? "" : ", ") + std::to_string(number);
    }
    return text;
}

Error illegal(const GpuModel& model, const std::string& message) {
    return invalid_input("illegal layout on " + model.name + ": " + message);
}

Result<void> check_place(const GpuModel& model, Placement placement) {
    if (!placement.profile.valid() || placement.profile.index() >= model.profiles.size()) {
        return illegal(model, "there is no such profile");
    }
    const MigProfile& profile = model.profiles[placement.profile];
    if (!std::ranges::binary_search(profile.starts, placement.start)) {
        return illegal(model, described(model, placement) + ": " + profile.name +
                                  " may only start at " + listed(profile.starts));
    }
    return {};
}

Result<void> check_pair(const GpuModel& model, const Company& company, Placement a, Placement b) {
    const auto both = [&] { return described(model, a) + " and " + described(model, b); };
    const int end_a = a.start + model.profiles[a.profile].size;
    const int end_b = b.start + model.profiles[b.profile].size;
    if (a.start < end_b && b.start < end_a) {
        return illegal(model, both() + " overlap in memory slice " +
                                  std::to_string(std::max(a.start, b.start)));
    }
    if (!company.allows(a.profile, b.profile)) {
        return illegal(model, both() + ": " + company.quarrel(a.profile, b.profile));
    }
    return {};
}

}  // namespace

Result<Layout> Layout::make(const GpuModel& model, const RuleSet& rules,
                            std::vector<Placement> placements) {
    if (!model.geometry_known()) {
        return Error{ErrorCode::kUnsupported,
                     "geometry unknown: no placements are published for " + model.name,
                     {}};
    }
    const Company company(model, rules);
    std::vector<int> counts(model.profiles.size(), 0);
    for (std::size_t i = 0; i < placements.size(); ++i) {
        if (Result<void> place = check_place(model, placements[i]); !place) {
            return place.error();
        }
        for (std::size_t j = 0; j < i; ++j) {
            Result<void> pair = check_pair(model, company, placements[j], placements[i]);
            if (!pair) {
                return pair.error();
            }
        }
        const MigProfile& profile = model.profiles[placements[i].profile];
        if (++counts[placements[i].profile.index()] > profile.max_instances) {
            return illegal(model, "more than " + std::to_string(profile.max_instances) +
                                      " instances of " + profile.name);
        }
    }
    std::ranges::sort(placements, {}, &Placement::start);
    return Layout(std::move(placements));
}

}  // namespace tangram::gpu
