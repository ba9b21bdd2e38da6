// The ground on which replicas are spread: the GPUs a plan uses, before anything is put on them,
// and the nodes they can be in.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::place {

inline constexpr std::uint32_t kNoNode = 0xffffffff;

struct GroundGpu {
    PartitionId partition;
    std::uint32_t node = kNoNode;
};

// Room in one node for GPUs of one fleet entry. Named nodes are numbered as in the problem; unnamed
// ones belong to one entry each and are numbered in order.
struct Bay {
    FleetEntryId entry;
    std::uint32_t node = 0;
    std::int64_t capacity = 0;
};

// One instance of a service on a GPU that was chosen for it.
struct Pin {
    ServiceId service;
    std::uint32_t gpu = 0;  // index into the ground
    InstanceTypeId type;
};

// True if some of the service's replicas must be kept apart.
[[nodiscard]] inline bool needs_spread(const Demand& demand) {
    return demand.spread != workload::Spread::kNone && demand.min_replicas > 1;
}

// True if enough of the service must be left after a loss.
[[nodiscard]] inline bool survives_losses(const Demand& demand) {
    return demand.after_loss().count() > 0;
}

// True if it matters on which GPUs or nodes the service's replicas are.
[[nodiscard]] inline bool needs_pins(const Demand& demand) {
    return needs_spread(demand) || survives_losses(demand);
}

[[nodiscard]] bool any_node_spread(const PlanningModel& model);

// True if some service must be spread over nodes or survive the loss of one.
[[nodiscard]] bool nodes_matter(const PlanningModel& model);

// The GPUs of the plan, by partition. O(GPUs).
[[nodiscard]] std::vector<GroundGpu> gpus_of(const PlanningModel& model, const CountPlan& plan);

// Where GPUs can be, at most `most` of each entry being used; by entry, then node. An entry without
// a limit has a node for every GPU, since nothing says how many nodes there are. Empty if the
// problem knows no nodes.
[[nodiscard]] std::vector<Bay> bays_for(const PlanningModel& model,
                                        const IdVector<FleetEntryId, std::int64_t>& most);

// GPUs by fleet entry.
[[nodiscard]] IdVector<FleetEntryId, std::int64_t> count_by_entry(
    const PlanningModel& model, const std::vector<GroundGpu>& gpus);

// Puts GPUs into nodes: bay by bay until each is full (`breadth` 0), or dealt out one by one over
// the first `breadth` bays of each entry, or over as many more as it takes to hold them.
void assign_nodes(const PlanningModel& model, const std::vector<Bay>& bays, std::size_t breadth,
                  std::vector<GroundGpu>& gpus);

}  // namespace tangram::planner::place
