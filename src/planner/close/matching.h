// A plan that was made without looking at the current deployment, put onto the current GPUs as well
// as it goes: each of its GPUs stands for the current one with which it shares most, as a best
// assignment. What staying close is measured against, and never worse than.
#pragma once

#include "planner/close/placed.h"

namespace tangram::planner::close {

// Ignores what is frozen. `weights` by option. Replicas stay apart GPU by GPU; nodes may change.
[[nodiscard]] Placed matched(const PlanningModel& model, const CurrentFleet& fleet,
                             const std::vector<std::int64_t>& weights, const CountPlan& plan);

// The plan on the GPUs and nodes that assemble() names, but for ids of lost GPUs.
[[nodiscard]] Placed as_assembled(const PlanningModel& model, const CurrentFleet& fleet,
                                  const CountPlan& plan);

// The counts of a target, for the start of a search: each GPU is cut as one of the question's cuts
// that holds it, superfluous instances are left out. Nothing if a GPU is not held by any cut.
[[nodiscard]] std::optional<Counts> counts_for(const Question& question, const Placed& placed);

}  // namespace tangram::planner::close
