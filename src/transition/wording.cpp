#include "transition/wording.h"

#include <fmt/format.h>

#include <array>

#include "base/amount_text.h"

namespace tangram::transition {
namespace {

constexpr std::array<std::string_view, 9> kKinds = {
    "acquire", "create", "apply", "start", "route", "drain", "stop", "destroy", "release"};
constexpr std::array<std::string_view, 9> kReasons = {
    "order", "slices", "layout", "instance", "capacity", "replicas", "spread", "survival", "gpus"};
constexpr std::array<std::string_view, 3> kVerdicts = {"none-used", "proven-necessary",
                                                       "not-proven"};
constexpr std::array<std::string_view, 3> kCriteria = {"spares", "restarts", "makespan"};

const deployment::DeployedProfile& profile_of(const StepGraph& graph, const Step& step) {
    return graph.models[static_cast<std::size_t>(graph.gpus[step.gpu].model)]
        .profiles[static_cast<std::size_t>(step.profile)];
}

}  // namespace

std::string_view name(StepKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view name(ArcReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }
std::string_view name(SpareVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::string_view name(Criterion criterion) {
    return kCriteria[static_cast<std::size_t>(criterion)];
}

std::string described(const StepGraph& graph, const Step& step) {
    const std::string& gpu = graph.gpus[step.gpu].id;
    if (step.kind == StepKind::kApply) {
        return fmt::format("apply a layout of {} instances to {}", step.layout.size(), gpu);
    }
    if (step.profile < 0) return fmt::format("{} {}", name(step.kind), gpu);
    const std::string place =
        fmt::format("{} {} at {}", gpu, profile_of(graph, step).name, step.start);
    if (!step.service.valid()) return fmt::format("{} {}", name(step.kind), place);
    return fmt::format("{} {} on {}{}", name(step.kind), graph.services[step.service], place,
                       step.temporary ? ", for the time between" : "");
}

std::string why(const StepGraph& graph, const Arc& arc) {
    const Step& after = graph.steps[arc.after];
    const std::string& gpu = graph.gpus[after.gpu].id;
    const auto service = [&] { return graph.services[arc.service]; };
    switch (arc.reason) {
        case ArcReason::kOrder:
            return "one step of the same instance, replica or GPU after the other";
        case ArcReason::kSlices: {
            if (after.profile < 0) return fmt::format("needs all of {}", gpu);
            const int last = after.start + profile_of(graph, after).size - 1;
            if (last == after.start) return fmt::format("needs slice {} of {}", last, gpu);
            return fmt::format("needs slices {}-{} of {}", after.start, last, gpu);
        }
        case ArcReason::kLayout:
            return fmt::format("the rules forbid both instances on {} at a time", gpu);
        case ArcReason::kInstance:
            return fmt::format("takes over the instance at slice {} of {}", after.start, gpu);
        case ArcReason::kCapacity:
            return fmt::format("keeps {} at or above {} requests/s", service(),
                               rps_text(graph.promises[arc.service.index()].floor));
        case ArcReason::kReplicas:
            return fmt::format("keeps as many replicas of {} as it must have", service());
        case ArcReason::kSpread:
            return fmt::format("keeps the replicas of {} apart", service());
        case ArcReason::kSurvival:
            return fmt::format("keeps what {} can lose at once", service());
        case ArcReason::kGpus:
            return fmt::format("no more than {} GPUs in use", graph.gpus_at_most);
    }
    return {};
}

std::string described(const Obstacle& obstacle) {
    switch (obstacle.reason) {
        case ArcReason::kCapacity:
            return fmt::format("service '{}' lacks a capacity of {} requests/s", obstacle.service,
                               rps_text(Rate{obstacle.missing}));
        case ArcReason::kReplicas:
            return fmt::format("service '{}' lacks {} more replicas", obstacle.service,
                               obstacle.missing);
        case ArcReason::kSpread:
            return fmt::format("service '{}' lacks replicas on {} more GPUs or nodes",
                               obstacle.service, obstacle.missing);
        case ArcReason::kSurvival:
            return fmt::format("service '{}' lacks {} requests/s after the loss of a GPU or node",
                               obstacle.service, rps_text(Rate{obstacle.missing}));
        default:
            return fmt::format("{} more GPUs would have to be in use", obstacle.missing);
    }
}

}  // namespace tangram::transition
