// A proven bound from prices found in doubles, without trusting them.
//
// Any prices w >= 0 of instance types and rents v >= 0 of capped entries with
//   sum_k counts[m][k] w[k] <= cost[m] + v[entry of m]   for every partition m
// prove, for every plan: cost >= sum_s P_s - sum_e cap[e] v[e], where P_s is what service s must
// pay at least for its instances. For any part u of the prices, 0 <= u <= min_k w[k], charged per
// replica,
//   P_s >= R[s] u + ceil( r[s] min_k (w[k] - u) / min(t[s,k], r[s]) ),
// rounded up because instances and prices are whole. The best u is 0, min_k w[k], or where two of
// the ratios are equal. Rounding prices costs strength, never truth: a bad start gives a weak
// bound.
#pragma once

#include "planner/compact/price_cuts.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::compact {

// Whole, feasible prices near the given ones: rounded, scaled down per partition that became too
// dear, then raised where all partitions leave room.
[[nodiscard]] Prices feasible_prices(const PlanningModel& model, const RealPrices& prices);

// What `prices` (feasible) prove, rounded up to a multiple of the cost step. O(options); where
// replicas are asked for, O(options^2) per demand. Exact in 128-bit integers.
[[nodiscard]] Cost dual_bound(const PlanningModel& model, const Prices& prices);

// No plan that makes sense costs more: all capped GPUs, and a GPU of its own for every other
// instance. A larger dual bound proves that there is no plan.
[[nodiscard]] Cost cost_ceiling(const PlanningModel& model);

}  // namespace tangram::planner::compact
