// Surviving the loss of a GPU or node, when counts are given: a service that has c in all and must
// have q left may have c - q on any one GPU (node). Exact, in thousandths of requests per second.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "planner/place/ground.h"

namespace tangram::planner::place {

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// What a service may have on one GPU and on one node.
struct LossLimits {
    std::int64_t gpu = kNoLimit;
    std::int64_t node = kNoLimit;

    [[nodiscard]] bool any() const { return gpu != kNoLimit || node != kNoLimit; }
};

// Limits that no placement on these GPUs can break are left out. `most_in_node`: GPUs in one node.
[[nodiscard]] LossLimits loss_limits(const PlanningModel& model, const CountPlan& plan,
                                     ServiceId service, std::int64_t most_in_node);

// GPUs in the fullest node; 0 if nodes are unknown.
[[nodiscard]] std::int64_t most_in_node(const std::vector<GroundGpu>& gpus);

// On how many GPUs or nodes, at least, the service's instances must be.
[[nodiscard]] std::int64_t places_needed(const PlanningModel& model, const CountPlan& plan,
                                         ServiceId service, const LossLimits& limits);

// Whether these pins keep every service apart as asked and leave enough after every loss, whatever
// is done with instances that have none. Shares nothing with those who choose pins.
[[nodiscard]] bool apart_as_asked(const PlanningModel& model, const CountPlan& plan,
                                  const std::vector<GroundGpu>& gpus, const std::vector<Pin>& pins);

[[nodiscard]] std::int64_t throughput_of(const PlanningModel& model, ServiceId service,
                                         InstanceTypeId type);

}  // namespace tangram::planner::place
