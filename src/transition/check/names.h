// The names of a graph and of the deployment it starts from, looked up in the problem, and both in
// one numbering: GPUs and services of the graph first, as the graph numbers them, then those that
// only the current deployment has. Nothing is assumed of the graph.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "transition/check/context.h"

namespace tangram::transition::check_parts {

using GpuId = Id<struct KnownGpuTag>;
using ServiceId = Id<struct KnownServiceTag>;

struct KnownGpu {
    std::string id;
    std::string node;
    deployment::GpuStatus status = deployment::GpuStatus::kOk;
    gpu::GpuModelId model;                         // of the catalogue
    const deployment::DeployedGpu* now = nullptr;  // in the current deployment; null: unused
    std::vector<gpu::ProfileId> graph_profiles;    // by number, as the graph counts them
    std::vector<gpu::ProfileId> now_profiles;      // as the current deployment counts them

    [[nodiscard]] bool ok() const { return status == deployment::GpuStatus::kOk; }
    // Replicas on an excluded GPU count until they are drained; then it is of no more use.
    [[nodiscard]] bool serves() const { return status != deployment::GpuStatus::kLost; }
};

struct KnownService {
    std::string name;
    workload::ServiceId asked;           // invalid: not in the problem
    std::optional<Rate> recorded_floor;  // by the current deployment
};

// GPUs by what is lost together, or counts once: each for itself, or by node.
struct Places {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    IdVector<GpuId, std::size_t> of;  // kNone: on no node
    std::vector<std::string> names;
};

struct Names {
    IdVector<GpuId, KnownGpu> gpus;
    Places by_gpu, by_node;
    IdVector<ServiceId, KnownService> services;
    std::vector<ServiceId> now_services;  // by the current deployment's number
};

// Looks up every name and index, those of the steps and arcs included, and reports kBadGraph for
// each that is unknown. Nothing if there was any. O(steps + arcs + instances).
[[nodiscard]] std::optional<Names> look_up(const Context& context);

// "gpu-3 slice 4", or the GPU alone; "stop on gpu-3 slice 4 (step 17)".
[[nodiscard]] std::string place_of(const StepGraph& graph, StepId step);
[[nodiscard]] std::string described(const StepGraph& graph, StepId step);

}  // namespace tangram::transition::check_parts
