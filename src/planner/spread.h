// From a plan that ignores spread to one whose replicas can be kept apart. The last stage of every
// planner that proves something: a relaxation's bound stays valid, its plan may not.
#pragma once

#include "planner/outcome.h"
#include "planner/planner.h"
#include "planner/planning_model.h"

namespace tangram::planner {

// True if some service asks for replicas on different GPUs or nodes.
[[nodiscard]] bool spread_asked(const PlanningModel& model);

// `relaxed` answers the model without its spread. Returned unchanged if nothing asks for spread or
// there is no plan to start from. Otherwise, in this order:
//   - infeasible if the fleet has too few GPUs or nodes for some service (stop_reason says which);
//   - the bound is raised to what the GPUs cost that the most demanding service needs;
//   - the plan is kept if assemble() can spread it;
//   - GPUs are added until it can be spread;
//   - if that costs more than the bound and the fleet is small, the complete model decides: the
//     answer is then the optimum, or proven infeasible.
// A plan in the result always assembles with spread met; with kFeasible the bound is still proven.
// If no spread plan is found and none is disproved, the status is kUnknown.
[[nodiscard]] Outcome ensure_spread(const PlanningModel& model, const Outcome& relaxed,
                                    const PlanOptions& options);

}  // namespace tangram::planner
