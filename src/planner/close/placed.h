// A target in places: physical GPUs, their instances, and which of them stay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "planner/close/closest.h"
#include "planner/close/question.h"

namespace tangram::planner::close {

struct PlacedInstance {
    gpu::Placement placement;
    ServiceId service;   // invalid: idle
    bool stays = false;  // runs there already
};

struct PlacedGpu {
    FleetEntryId entry;
    std::optional<std::size_t> current;  // into CurrentFleet::gpus; none: not in use now
    std::string id, node;
    std::vector<PlacedInstance> instances;  // by start; of the whole layout
};

using Placed = std::vector<PlacedGpu>;

// Gives names to GPUs without one: first those of current GPUs that are not in `placed`, then the
// problem's, or new ones, on nodes with room. CHECKs that there are enough.
void give_names(const PlanningModel& model, const CurrentFleet& fleet, Placed& placed);

// The counts on GPUs: whatever may stay does as far as its service needs it; replicas that must be
// apart come first and go where their service is not, or a loss would take least of it; then
// everyone else. What is not apart as asked even so is mended (mending.h), and what nobody's place
// is needed for stays as well. GPUs without a needed instance are left out. O(instances x
// services).
[[nodiscard]] Placed place(const Question& question, const Counts& counts);

// In the unit of `weights` (by option): what starting all instances that do not stay costs.
[[nodiscard]] std::int64_t restart_of(const PlanningModel& model,
                                      const std::vector<std::int64_t>& weights,
                                      const Placed& placed);

// The same as numbers of instances and GPUs (CountPlan), and as a deployment with names.
[[nodiscard]] CountPlan counts_of(const PlanningModel& model, const Placed& placed);
[[nodiscard]] deployment::Deployment deployment_of(const PlanningModel& model,
                                                   const Placed& placed);

// The option on which an instance of the service runs there.
[[nodiscard]] std::size_t option_at(const PlanningModel& model, FleetEntryId entry,
                                    const PlacedInstance& instance);

}  // namespace tangram::planner::close
