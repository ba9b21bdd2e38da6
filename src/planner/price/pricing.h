// Exact prices and the bound they prove.
//
// For prices w >= 0 of instance types and rents v >= 0 of capped fleet entries with
//   sum_k counts[m][k] w[k] <= cost[m] + v[entry of m]   for every partition m,
// weak duality gives, for every plan,
//   cost >= L(w, v) = sum_s min{ w . a : a covers s } - sum_e cap[e] v[e].
// All of it is in whole price units (outcome.h), so L is exact: no tolerance anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"
#include "planner/price/cover_search.h"

namespace tangram::planner::price {

// Prices and rents as plain integers, by type and entry index.
struct PriceVector {
    std::vector<std::int64_t> types;
    std::vector<std::int64_t> rents;
};

// Dual prices as a solver gives them, in cost units of `scale` price units each.
struct RealPrices {
    std::vector<double> types;
    std::vector<double> rents;
};

// The nearest feasible integer prices: rounded, scaled down where some partition became too dear,
// then raised again where all partitions leave room (never worse: L grows with every price).
[[nodiscard]] PriceVector snap(const PlanningModel& model, const RealPrices& prices, double scale);
[[nodiscard]] bool feasible(const PlanningModel& model, const PriceVector& prices);

// cost[m] + rent - sum_k counts[m][k] w[k], in price units; >= 0 for feasible prices.
[[nodiscard]] std::int64_t slack(const PlanningModel& model, const PriceVector& prices,
                                 PartitionId partition);

// The cheapest covers of all (or some) demands at given prices.
struct Evaluation {
    PriceVector prices;
    std::int64_t value = 0;            // L(w, v) over the evaluated demands
    std::vector<std::int64_t> totals;  // instances by type over all covers
    std::vector<std::int32_t> counts;  // covers, aligned with PlanningModel::options
    std::uint64_t nodes = 0;
};

[[nodiscard]] std::vector<ServiceId> all_demands(const PlanningModel& model);

struct EvaluationOptions {
    int threads = 1;
    std::uint64_t nodes_per_demand = 20'000;
};

// Evaluates `demands` (indices); `start` holds covers to start from, aligned with the model's
// options, or is empty. Parallel; the result does not depend on the number of threads.
[[nodiscard]] Evaluation evaluate(const PlanningModel& model, std::span<const ServiceId> demands,
                                  PriceVector prices, std::vector<std::int32_t> start,
                                  const EvaluationOptions& options);

}  // namespace tangram::planner::price
