// From a mix of covers to one cover per demand, the sum staying close to the mix.
//
// The demands are walked in a given order; each takes the part's cover that keeps the running sum
// closest to the running mix, weighed by price, as error diffusion does in printing. The error of
// the total is a small constant, whatever the number of demands. Source: ours.
#pragma once

#include <span>

#include "planner/price/assignment.h"
#include "planner/price/cut_mix.h"

namespace tangram::planner::price {

// Sets the covers of `demands` in `assignment` (counts only). O(demands x parts x types).
void diffuse(const PlanningModel& model, const Bound& bound, const CutMix& mix,
             std::span<const ServiceId> demands, Assignment& assignment);

}  // namespace tangram::planner::price
