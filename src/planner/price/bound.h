// The best prices, by cutting planes.
//
// C (pricing.h) is concave in the prices. Each evaluation at prices w gives a cut
//   C(w') <= totals . w'   for all prices w'
// and a small LP over the cuts (K prices, E worths, one value) proposes the next prices. The query
// is a point between the LP's proposal and the best prices so far (in-out smoothing: weight from
// 0.5, up on success, down on failure). With many demands the first rounds run on a sample. Source:
// Dantzig-Wolfe decomposition in its Lagrangian form; in-out: Ben-Ameur and Neto (2007).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "planner/planner.h"
#include "planner/price/pricing.h"

namespace tangram::planner::price {

// A cut holds for any worths and mix, so questions about one model share them.
using Cut = std::shared_ptr<const Evaluation>;

struct Bound {
    std::optional<GpuMix> mix;  // the GPUs it was asked about; none: the cheapest fleet
    PriceVector prices;         // the best ones
    std::int64_t covers = 0;    // C at them, in price units: proven
    std::int64_t value = 0;     // what was asked to be as great as possible, at them: proven
    std::int64_t limit = 0;     // no prices prove more (the LP's value, rounded up), if converged
    // The LP's convex combination: cuts with their weight, and partitions in GPUs. The fractional
    // optimum is sum_j weight[j] cuts[j].counts on partitions.
    std::vector<Cut> cuts;
    std::vector<double> weights;     // by cut, sums to 1
    std::vector<double> partitions;  // by partition
    int rounds = 0;
    std::uint64_t work = 0;
};

// The cheapest fleet: `value` is L, so every plan within the caps costs at least that.
// `granularity`: costs of plans are multiples of it (price units); the search stops as soon as no
// prices can prove the next multiple. Requires at least one demand, and all magnitudes in range.
[[nodiscard]] Bound best_bound(const PlanningModel& model, std::int64_t granularity,
                               const PlanOptions& options);

// Is there a plan on exactly these GPUs? `value` is C(w) - sum_e u[e] mix[e] at worths u that make
// it as great as possible: above zero, no plan exists on `mix` or on less. The worths are scaled so
// that the mix is worth what it costs, free GPUs counted as one cost unit each. Begins with the
// cuts of `start`, whose prices need not be for this mix. Requires a mix of at least one GPU.
[[nodiscard]] Bound mix_bound(const PlanningModel& model, const GpuMix& mix, const Bound& start,
                              std::int64_t granularity, const PlanOptions& options);

}  // namespace tangram::planner::price
