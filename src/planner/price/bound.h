// The best bound that prices can prove, by cutting planes.
//
// L (pricing.h) is concave in the prices. Each evaluation at prices w gives a cut
//   L(w') <= totals . w' - cap . v'   for all prices w', v'
// and a small LP over the cuts (K prices, one value) proposes the next prices. The query is a point
// between the LP's proposal and the best prices so far (in-out smoothing: weight from 0.5, up on
// success, down on failure). With many demands the first rounds run on a sample.
// Source: Dantzig-Wolfe decomposition in its Lagrangian form; in-out: Ben-Ameur and Neto (2007).
#pragma once

#include <cstdint>
#include <vector>

#include "planner/planner.h"
#include "planner/price/pricing.h"

namespace tangram::planner::price {

struct Bound {
    PriceVector prices;      // the best ones
    std::int64_t value = 0;  // L at them, in price units: proven
    std::int64_t limit = 0;  // no prices prove more (the LP's value, rounded up), if converged
    // The LP's convex combination: cuts with their weight, and partitions in GPUs. The fractional
    // optimum is sum_j weight[j] cuts[j].counts on partitions.
    std::vector<Evaluation> cuts;
    std::vector<double> weights;     // by cut, sums to 1
    std::vector<double> partitions;  // by partition
    int rounds = 0;
    std::uint64_t work = 0;
};

// `granularity`: costs of plans are multiples of it (price units); the search stops as soon as no
// prices can prove the next multiple. Requires at least one demand, and all magnitudes in range.
[[nodiscard]] Bound best_bound(const PlanningModel& model, std::int64_t granularity,
                               const PlanOptions& options);

}  // namespace tangram::planner::price
