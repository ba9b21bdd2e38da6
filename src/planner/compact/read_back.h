// From a solver's doubles to a plan in exact integers, or to what is wrong with it.
#pragma once

#include <optional>
#include <span>

#include "planner/compact/formulation.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::compact {

struct ReadBack {
    std::optional<CountPlan> plan;  // only if it keeps every row of the model exactly
    Cost cost;
    bool short_of_coverage = false;  // some demand lacks a little: tighten and solve again
};

// Rounds each value to the nearest integer and takes away instances that nobody needs; then
// verifies coverage, replicas, supply and caps. O(options + partitions x types).
[[nodiscard]] ReadBack read_back(const PlanningModel& model, const Formulation& formulation,
                                 std::span<const double> values);

}  // namespace tangram::planner::compact
