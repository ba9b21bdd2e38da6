// The priced engine: bound, round, repair, and where that leaves something open, the complete
// search.
//
//   1. best_bound: prices and L. No plan costs less; MixSearch keeps the mixes of GPUs that may
//      hold one.
//   2. From the cheapest mixes up: round the bound's fractional plan and repair it until a mix
//   holds
//      it. With one GPU model there is one mix per cost, and the first is nearly always enough.
//      With several, prices of its own are found for each mix first (mix_bound), which often shows
//      that it holds no plan.
//   3. Mixes cheaper than the plan that are still open go through the complete search, until none
//      is left (the plan is optimal), one holds a plan, or one stays undecided.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/planner.h"
#include "planner/price/bound.h"
#include "planner/price/repair.h"

namespace tangram::planner::price {

struct EngineResult {
    std::optional<CountPlan> plan;
    Cost cost;                // of the plan
    Cost bound;               // proven
    bool infeasible = false;  // proven: no plan within the caps
    Prices prices;
    std::string formulation;  // "priced", "priced, mixes" or with ", complete search"
    bool out_of_work = false;
    bool out_of_time = false;
    std::uint64_t work = 0;
};

// Requires demands and magnitudes in range (exact.cpp).
[[nodiscard]] EngineResult solve(const PlanningModel& model, const PlanOptions& options);

}  // namespace tangram::planner::price
