// From a plan that ignores places to one whose replicas are kept apart: spread as asked, and so
// that enough is left after the loss of any one GPU or node. The last stage of every planner that
// proves something: a relaxation's bound stays valid, its plan may not.
#pragma once

#include <functional>

#include "planner/outcome.h"
#include "planner/planner.h"
#include "planner/planning_model.h"

namespace tangram::planner {

// True if it matters for some service on which GPUs or nodes its replicas are.
[[nodiscard]] bool apart_asked(const PlanningModel& model);

// `relaxed` answers the model without its places: its plan satisfies validate_counts(). Returned
// unchanged if nothing asks for places or there is no plan to start from. Otherwise, in this order:
//   - infeasible if the fleet has too few GPUs or nodes for some service (stop_reason says which);
//   - the bound is raised to what the GPUs cost that the most demanding service needs;
//   - the plan is kept if assemble() can place it;
//   - where losses do not fit, `counts` answers again with what they take on so few GPUs
//     (crowded.h), which raises the bound and gives a plan that is easier to place;
//   - idle instances, then GPUs are added until it can be placed;
//   - if that costs more than the bound and the fleet is small, the complete model decides: the
//     answer is then the optimum, or proven infeasible.
// A plan in the result always assembles as asked; with kFeasible the bound is still proven. If no
// such plan is found and none is disproved, the status is kUnknown.
using CountsPlanner = std::function<Outcome(const PlanningModel&, const PlanOptions&)>;
[[nodiscard]] Outcome ensure_apart(const PlanningModel& model, const Outcome& relaxed,
                                   const CountsPlanner& counts, const PlanOptions& options);

}  // namespace tangram::planner
