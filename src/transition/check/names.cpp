#include "transition/check/names.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>
#include <utility>

namespace tangram::transition::check_parts {
namespace {

using deployment::DeployedGpu;
using deployment::DeployedModel;
using deployment::Instance;

std::string_view verb(StepKind kind) {
    switch (kind) {
        case StepKind::kAcquire:
            return "acquire";
        case StepKind::kCreate:
            return "create";
        case StepKind::kApply:
            return "apply";
        case StepKind::kStart:
            return "start";
        case StepKind::kRoute:
            return "route";
        case StepKind::kDrain:
            return "drain";
        case StepKind::kStop:
            return "stop";
        case StepKind::kDestroy:
            return "destroy";
        case StepKind::kRelease:
            return "release";
    }
    return "unknown";
}

// Of a GPU model as a graph or deployment names it.
struct KnownModel {
    gpu::GpuModelId id;  // invalid: unknown
    std::vector<gpu::ProfileId> profiles;
};

class Lookup {
public:
    explicit Lookup(const Context& context) : context_(context), graph_(context.graph) {}

    std::optional<Names> run() {
        graph_models_ = models("", graph_.models);
        now_models_ = models("current deployment, ", context_.current.models);
        services();
        gpus();
        for (const DeployedGpu& gpu : context_.current.gpus) check_now(gpu);
        if (!good_) return std::nullopt;
        for (const StepId step : graph_.steps.ids()) check_step(step);
        for (std::size_t a = 0; a < graph_.arcs.size(); ++a) {
            const Arc& arc = graph_.arcs[a];
            const bool known =
                arc.before.index() < graph_.steps.size() && arc.after.index() < graph_.steps.size();
            if (!known) bad(fmt::format("arc {}", a), "is between steps that do not exist");
        }
        if (!good_) return std::nullopt;
        places();
        return std::move(names_);
    }

private:
    void bad(std::string place, std::string message) {
        good_ = false;
        context_.violate(TransitionFault::kBadGraph, std::move(place), std::move(message));
    }

    std::vector<KnownModel> models(const std::string& where,
                                   const std::vector<DeployedModel>& stated) {
        std::vector<KnownModel> known(stated.size());
        const gpu::Catalogue& catalogue = *context_.problem.catalogue;
        for (std::size_t m = 0; m < stated.size(); ++m) {
            const std::string place = fmt::format("{}GPU model {}", where, stated[m].name);
            const auto found = catalogue.find(stated[m].name);
            if (!found) {
                bad(place, "not in the GPU catalogue");
                continue;
            }
            known[m].id = *found;
            for (const deployment::DeployedProfile& profile : stated[m].profiles) {
                known[m].profiles.push_back(catalogue.model(*found).find_profile(profile.name));
                if (known[m].profiles.back().valid()) continue;
                bad(place, fmt::format("no profile '{}'", profile.name));
            }
        }
        return known;
    }

    void services() {
        std::unordered_map<std::string_view, workload::ServiceId> asked;
        for (const workload::ServiceId id : context_.problem.services.ids()) {
            asked.emplace(context_.problem.services[id].name, id);
        }
        std::unordered_map<std::string_view, ServiceId> numbers;
        const auto add = [&](const std::string& name) {
            const auto found = asked.find(name);
            return names_.services.push_back(
                {name, found == asked.end() ? workload::ServiceId{} : found->second, {}});
        };
        for (const std::string& name : graph_.services) {
            const ServiceId id = add(name);
            if (!numbers.emplace(name, id).second) {
                bad(fmt::format("service {}", name), "the graph lists it twice");
            }
        }
        for (const deployment::DeployedService& service : context_.current.services) {
            auto found = numbers.find(service.name);
            if (found == numbers.end()) {
                found = numbers.emplace(service.name, add(service.name)).first;
            }
            names_.now_services.push_back(found->second);
            if (service.floor) names_.services[found->second].recorded_floor = service.floor;
        }
    }

    void gpus() {
        std::unordered_map<std::string_view, const DeployedGpu*> now;
        for (const DeployedGpu& gpu : context_.current.gpus) {
            if (!now.emplace(gpu.id, &gpu).second)
                bad(gpu.id, "the current deployment has it twice");
        }
        std::unordered_map<std::string_view, GpuId> numbers;
        for (const DeployedGpu& gpu : graph_.gpus) {
            const auto found = now.find(gpu.id);
            const GpuId id =
                add_gpu(gpu, graph_models_, found == now.end() ? nullptr : found->second);
            names_.gpus[id].graph_profiles = profiles(gpu, graph_models_);
            if (!numbers.emplace(gpu.id, id).second) bad(gpu.id, "the graph lists it twice");
        }
        for (const DeployedGpu& gpu : context_.current.gpus) {
            if (!numbers.contains(gpu.id)) add_gpu(gpu, now_models_, &gpu);
        }
    }

    void places() {
        std::unordered_map<std::string_view, std::size_t> nodes;
        for (const KnownGpu& gpu : names_.gpus) {
            names_.by_gpu.of.push_back(names_.by_gpu.names.size());
            names_.by_gpu.names.push_back(gpu.id);
            if (gpu.node.empty()) {
                names_.by_node.of.push_back(Places::kNone);
                continue;
            }
            const auto [node, is_new] = nodes.emplace(gpu.node, nodes.size());
            if (is_new) names_.by_node.names.push_back(gpu.node);
            names_.by_node.of.push_back(node->second);
        }
    }

    static const KnownModel* model_of(const DeployedGpu& gpu,
                                      const std::vector<KnownModel>& models) {
        const auto m = static_cast<std::size_t>(gpu.model);
        return gpu.model >= 0 && m < models.size() ? &models[m] : nullptr;
    }
    static std::vector<gpu::ProfileId> profiles(const DeployedGpu& gpu,
                                                const std::vector<KnownModel>& models) {
        const KnownModel* model = model_of(gpu, models);
        return model == nullptr ? std::vector<gpu::ProfileId>{} : model->profiles;
    }

    GpuId add_gpu(const DeployedGpu& gpu, const std::vector<KnownModel>& models,
                  const DeployedGpu* now) {
        KnownGpu known{gpu.id, gpu.node, deployment::GpuStatus::kOk, {}, now, {}, {}};
        const KnownModel* model = model_of(gpu, models);
        if (model == nullptr) {
            bad(gpu.id, fmt::format("no GPU model has number {}", gpu.model));
        } else {
            known.model = model->id;
        }
        if (now != nullptr) {
            known.status = now->status;
            known.now_profiles = profiles(*now, now_models_);
            const KnownModel* now_model = model_of(*now, now_models_);
            const bool same = now_model != nullptr && now_model->id == known.model;
            if (!same) bad(gpu.id, "is of another model in the current deployment");
            if (gpu.node != now->node) bad(gpu.id, "is on another node in the current deployment");
        }
        return names_.gpus.push_back(std::move(known));
    }

    // The current deployment may be from a file: its indices are not trusted either.
    void check_now(const DeployedGpu& gpu) {
        const KnownModel* model = model_of(gpu, now_models_);
        for (const Instance& instance : gpu.instances) {
            const bool profile =
                model != nullptr && instance.profile >= 0 &&
                static_cast<std::size_t>(instance.profile) < model->profiles.size();
            const bool idle = !instance.service.valid();
            const bool runs = instance.service.index() < context_.current.services.size() &&
                              instance.point.index() < context_.current.points.size();
            if (profile && (idle || runs)) continue;
            bad(fmt::format("{} slice {}", gpu.id, instance.start),
                "the current deployment names a profile, service or operating point that it does "
                "not list");
        }
    }

    void check_step(StepId id) {
        const Step& step = graph_.steps[id];
        if (step.gpu.index() >= graph_.gpus.size()) {
            bad(fmt::format("step {}", id.index()), "is on a GPU that the graph does not list");
            return;
        }
        const KnownGpu& gpu = names_.gpus[GpuId{step.gpu.index()}];
        const auto known_profile = [&](int profile) {
            return profile >= 0 && static_cast<std::size_t>(profile) < gpu.graph_profiles.size();
        };
        const bool whole = step.kind == StepKind::kAcquire || step.kind == StepKind::kApply ||
                           step.kind == StepKind::kRelease;
        if (whole ? step.profile != -1 : !known_profile(step.profile)) {
            bad(described(graph_, id), fmt::format("no known profile has number {}", step.profile));
        }
        for (const Instance& instance : step.layout) {
            if (known_profile(instance.profile)) continue;
            bad(described(graph_, id),
                fmt::format("no known profile has number {}", instance.profile));
        }
        const bool runs = step.kind == StepKind::kStart || step.kind == StepKind::kRoute ||
                          step.kind == StepKind::kDrain || step.kind == StepKind::kStop;
        const bool named = step.service.index() < graph_.services.size() &&
                           step.point.index() < graph_.points.size();
        if (runs && !named) {
            bad(described(graph_, id), "its service or operating point is not in the graph");
        }
        if (!runs && (step.service.valid() || step.point.valid())) {
            bad(described(graph_, id), "has a service or an operating point, and no use for it");
        }
        if (static_cast<int>(step.kind) < 0 || step.kind > StepKind::kRelease) {
            bad(described(graph_, id), "is of no known kind");
        }
    }

    const Context& context_;
    const StepGraph& graph_;
    std::vector<KnownModel> graph_models_, now_models_;
    Names names_;
    bool good_ = true;
};

}  // namespace

std::optional<Names> look_up(const Context& context) { return Lookup(context).run(); }

std::string place_of(const StepGraph& graph, StepId id) {
    const Step& step = graph.steps[id];
    if (step.profile < 0) return graph.gpus[step.gpu].id;
    return fmt::format("{} slice {}", graph.gpus[step.gpu].id, step.start);
}

std::string described(const StepGraph& graph, StepId id) {
    return fmt::format("{} on {} (step {})", verb(graph.steps[id].kind), place_of(graph, id),
                       id.index());
}

}  // namespace tangram::transition::check_parts
