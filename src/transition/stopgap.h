// Replicas for the time between: what a service could run where nothing is, so that others of its
// replicas may leave. They start and stop again, so they cost restarts that the target does not.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "planner/planning_model.h"
#include "transition/ground.h"

namespace tangram::transition {

// One way to run a service: its best operating point on one profile of a GPU model.
struct Stopgap {
    int model = 0;    // of the ground
    int profile = 0;  // of the model
    RunPointId point;
    Rate capacity;
    int slices = 0;           // compute slices
    std::vector<int> starts;  // where the profile may be placed
};

using StopgapMenu = IdVector<ServiceNameId, std::vector<Stopgap>>;  // fewest slices first

// For all services that `model` has options for, on GPU models the ground has. Adds the profiles
// and points to the ground. `model` is of the ground's problem.
[[nodiscard]] StopgapMenu stopgap_menu(const planner::PlanningModel& model, Ground& ground);

}  // namespace tangram::transition
