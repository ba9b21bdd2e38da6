// The priced engine: bound, diffuse, repair, and where a unit stays open, the complete proof.
//
//   1. best_bound: prices and L(w); the bound is L rounded up to the next possible cost.
//   2. diffuse + repair at that cost: success proves optimality. Several shuffles, growing effort.
//   3. Otherwise a plan one step dearer gives the upper bound, and the complete search decides
//      whether the step can be saved.
// Fleet limits (caps) enter the bound as rents; plans that exceed a cap are not returned.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/planner.h"
#include "planner/price/bound.h"
#include "planner/price/repair.h"

namespace tangram::planner::price {

struct EngineResult {
    std::optional<CountPlan> plan;
    Cost cost;   // of the plan
    Cost bound;  // proven
    Prices prices;
    std::string formulation;  // "priced" or "priced, complete search"
    bool out_of_work = false;
    bool out_of_time = false;
    std::uint64_t work = 0;
};

// Requires demands and magnitudes in range (magnitudes.h).
[[nodiscard]] EngineResult solve(const PlanningModel& model, const PlanOptions& options);

}  // namespace tangram::planner::price
