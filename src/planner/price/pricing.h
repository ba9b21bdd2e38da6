// Exact prices and what they prove.
//
// Let w >= 0 be prices of instance types and u >= 0 worths of GPUs, one per fleet entry, with
//   sum_k counts[m][k] w[k] <= u[entry of m]   for every partition m.
// Then every plan, on n[e] GPUs of each entry, satisfies
//   sum_e u[e] n[e] >= C(w) = sum_s min{ w . a : a covers s },
// because its instances are worth at least C(w) and its GPUs hold instances of at most their worth.
// With u = cost this is a bound of the cost; with u = cost + rent and rents of capped entries only,
//   cost >= L(w, u) = C(w) - sum_e cap[e] (u[e] - cost[e]).
// All of it is in whole price units (outcome.h), so C and L are exact: no tolerance anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"
#include "planner/price/cover_search.h"

namespace tangram::planner::price {

// w and u in price units, by type and entry index.
struct PriceVector {
    std::vector<std::int64_t> types;
    std::vector<std::int64_t> gpus;
};

// The nearest feasible integer prices to `types` (in cost units of `scale` price units each) at the
// worths `gpus`: rounded, scaled down where some partition became too dear, then raised again where
// all partitions leave room (never worse: C grows with every price).
[[nodiscard]] PriceVector snap(const PlanningModel& model, const std::vector<double>& types,
                               std::vector<std::int64_t> gpus, double scale);
[[nodiscard]] bool feasible(const PlanningModel& model, const PriceVector& prices);

// GPUs of each fleet entry.
using GpuMix = IdVector<FleetEntryId, std::int64_t>;

// sum_e u[e] n[e].
[[nodiscard]] std::int64_t worth(const PriceVector& prices, const GpuMix& mix);

// u[entry of m] - sum_k counts[m][k] w[k]; >= 0 for feasible prices.
[[nodiscard]] std::int64_t slack(const PlanningModel& model, const PriceVector& prices,
                                 PartitionId partition);

// The cheapest covers of all (or some) demands at given prices.
struct Evaluation {
    PriceVector prices;
    std::int64_t covers = 0;           // C(w) over the evaluated demands
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
