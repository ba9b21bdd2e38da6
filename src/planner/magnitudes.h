// Whether the counts of a plan stay within 64 bits, whatever a heuristic does.
#pragma once

#include "planner/planning_model.h"

namespace tangram::planner {

// False if a service needs more than 10^9 instances of one of its types.
[[nodiscard]] bool counts_in_range(const PlanningModel& model);

}  // namespace tangram::planner
