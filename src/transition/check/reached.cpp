// The deployment after all steps, and whether it is what the problem asks for.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "deployment/checker.h"
#include "transition/check/conditions.h"

namespace tangram::transition::check_parts {
namespace {

using deployment::DeployedGpu;
using deployment::Deployment;
using deployment::ViolationKind;

class Builder {
public:
    explicit Builder(const Case& question) : question_(question), context_(question.context) {
        for (const ServiceId id : question.names.services.ids()) {
            if (question.names.services[id].asked.valid()) number_of(id);
        }
    }

    // In the order of the current deployment, then of the graph; GPUs that are empty are left out.
    Deployment everything() {
        std::map<const DeployedGpu*, GpuId> now;
        for (const GpuId gpu : question_.names.gpus.ids()) {
            if (question_.names.gpus[gpu].now != nullptr) now[question_.names.gpus[gpu].now] = gpu;
        }
        for (const DeployedGpu& gpu : context_.current.gpus) add_left(now.at(&gpu));
        for (const GpuId gpu : question_.names.gpus.ids()) {
            if (question_.names.gpus[gpu].now == nullptr) add_left(gpu);
        }
        return made_;
    }

    // GPUs that are in use at the beginning, empty.
    Deployment before() {
        made_.gpus.clear();
        for (const GpuId gpu : question_.names.gpus.ids()) {
            if (!question_.names.gpus[gpu].ok()) continue;
            if (question_.story.gpus[gpu].used_before) add(gpu, {});
        }
        return made_;
    }

    // GPUs that are used at the end or taken into use before, those of `before` too if so asked,
    // with the replicas that come and go: no layout anyone ever has.
    Deployment passing(bool with_before) {
        made_.gpus.clear();
        for (const GpuId gpu : question_.names.gpus.ids()) {
            const GpuStory& story = question_.story.gpus[gpu];
            if (!question_.names.gpus[gpu].ok()) continue;
            const bool used = story.used_after || story.acquire.valid() || !story.passing.empty();
            if (used || (with_before && story.used_before)) add(gpu, story.passing);
        }
        return made_;
    }

private:
    void add_left(GpuId gpu) {
        if (question_.story.gpus[gpu].used_after) add(gpu, question_.story.gpus[gpu].left);
    }

    void add(GpuId id, const std::vector<Holding>& holdings) {
        const KnownGpu& known = question_.names.gpus[id];
        DeployedGpu gpu{known.id, number_of(known.model), known.node, known.status, {}};
        for (const Holding& holding : holdings) {
            deployment::Instance instance;
            instance.profile = static_cast<int>(holding.profile.index());
            instance.start = holding.start;
            instance.phase = holding.phase;
            if (holding.seat.service.valid()) {
                instance.service = number_of(holding.seat.service);
                instance.point = number_of(holding.seat.point);
            }
            gpu.instances.push_back(instance);
        }
        made_.gpus.push_back(std::move(gpu));
    }

    // Models with all their profiles, so that a profile keeps the catalogue's number.
    int number_of(gpu::GpuModelId id) {
        const auto [found, is_new] = models_.emplace(id, static_cast<int>(models_.size()));
        if (!is_new) return found->second;
        const gpu::GpuModel& model = context_.problem.catalogue->model(id);
        deployment::DeployedModel stated{model.name, model.memory_slices.value_or(0), {}};
        for (const gpu::MigProfile& profile : model.profiles) {
            stated.profiles.push_back({profile.name, profile.size, profile.compute_slices});
        }
        made_.models.push_back(std::move(stated));
        return found->second;
    }

    deployment::ServiceNameId number_of(ServiceId id) {
        const auto found = services_.find(id);
        if (found != services_.end()) return found->second;
        const KnownService& known = question_.names.services[id];
        deployment::DeployedService service{known.name, Rate{}, {}, {}};
        if (known.asked.valid()) service.rate = context_.problem.services[known.asked].rate;
        const auto served = context_.options.served.find(known.name);
        if (served != context_.options.served.end()) service.served = served->second;
        return services_[id] = made_.services.push_back(std::move(service));
    }

    deployment::RunPointId number_of(const deployment::RunPoint* point) {
        const auto found = points_.find(point);
        if (found != points_.end()) return found->second;
        return points_[point] = made_.points.push_back(*point);
    }

    const Case& question_;
    const Context& context_;
    Deployment made_;
    std::map<gpu::GpuModelId, int> models_;
    std::map<ServiceId, deployment::ServiceNameId> services_;
    // By address, which decides nothing: numbers are given in order of appearance.
    std::map<const deployment::RunPoint*, deployment::RunPointId> points_;
};

Deployment without_lost(const Deployment& deployment) {
    Deployment there = deployment;
    there.gpus.clear();
    for (const DeployedGpu& gpu : deployment.gpus) {
        if (gpu.status == deployment::GpuStatus::kOk) there.gpus.push_back(gpu);
    }
    return there;
}

// "gpu-3 slice 4", of replicas that serve throughout.
std::set<std::string> untouched_places(const Case& question) {
    std::set<std::string> places;
    for (const GpuId gpu : question.names.gpus.ids()) {
        const KnownGpu& known = question.names.gpus[gpu];
        if (known.now == nullptr) continue;
        for (const deployment::Instance& instance : known.now->instances) {
            places.insert(fmt::format("{} slice {}", known.id, instance.start));
        }
        for (const StepId step : question.story.gpus[gpu].steps) {
            places.erase(place_of(question.context.graph, step));
        }
    }
    return places;
}

// What holds of a replica or a GPU wherever it is, and whatever else there is.
bool concerns_passing(ViolationKind kind) {
    return kind != ViolationKind::kIllegalLayout && kind != ViolationKind::kCapacity &&
           kind != ViolationKind::kReplicas && kind != ViolationKind::kSpread &&
           kind != ViolationKind::kSurvive;
}

}  // namespace

void check_reached(const Case& question) {
    const Context& context = question.context;
    Builder builder(question);
    context.report.reached = builder.everything();
    std::set<std::tuple<ViolationKind, std::string, std::string>> reported;
    const auto report = [&](const deployment::Violation& violation) {
        if (!reported.emplace(violation.kind, violation.place, violation.message).second) return;
        context.violate(TransitionFault::kReached, violation.place,
                        fmt::format("{}: {}", deployment::name(violation.kind), violation.message),
                        {question.dag.order(), 0});
    };
    const auto found =
        deployment::check(context.problem, without_lost(context.report.reached)).violations;
    const std::set<std::string> untouched = untouched_places(question);
    for (const auto& violation : found) {
        // What runs on from before states what was measured then; the table may know better.
        const bool old = violation.kind == ViolationKind::kMisstated;
        if (!old || !untouched.contains(violation.place)) report(violation);
    }
    // A fleet that has become smaller cannot hold what is there now; that is no fault of the graph.
    const auto before = deployment::check(context.problem, builder.before()).violations;
    const bool fits = std::ranges::none_of(
        before, [](const auto& violation) { return violation.kind == ViolationKind::kFleet; });
    const auto passing = deployment::check(context.problem, builder.passing(fits)).violations;
    for (const auto& violation : passing) {
        if (concerns_passing(violation.kind)) report(violation);
    }
}

}  // namespace tangram::transition::check_parts
