// The cheapest cover of one demand at given prices, for the explanation:
//   minimise sum_i price[i] count[i]  such that  sum_i throughput[i] count[i] >= required,
//                                                sum_i count[i] >= min_replicas,
// and where a loss must be survived, the capacity without the largest instance is what must be
// left. Written apart from the engine's own search, so that what the explanation prints also checks
// what the engine claims. Depth-first by price per throughput, counts from high to low, pruned by
// the linear relaxation of what is left. Exact in 128-bit integers.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::explain {

struct Cover {
    std::vector<Use> uses;  // ascending type
    Price price;            // of these uses
    Price bound;            // no cover is cheaper; equals price unless `max_nodes` struck
};

// Requires options, and prices >= 0 for all their types.
[[nodiscard]] Cover cheapest_cover(const PlanningModel& model, ServiceId service,
                                   const Prices& prices, std::uint64_t max_nodes = 200'000);

}  // namespace tangram::planner::explain
