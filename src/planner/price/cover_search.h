// The cheapest cover of one demand at given prices: an exact covering knapsack.
//   minimise sum_i price[i] count[i]  such that  sum_i throughput[i] count[i] >= required,
//                                                sum_i count[i] >= min_replicas,
// and the rate that must be left without the largest instance, one knapsack per class of covers
// (planner/cover.h).
// Depth-first over the options by price per throughput, counts from high to low, pruned by the
// linear relaxation of what is left; the last option is filled by division. Source: ours; the
// standard branch and bound for unbounded knapsacks.
// All numbers are non-negative integers; products fit 64 bits (the engine checks magnitudes first).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner::price {

struct CheapestCover {
    std::int64_t cost = 0;   // of the cover found
    std::int64_t bound = 0;  // no cover is cheaper; equals cost unless the node limit struck
    std::uint64_t nodes = 0;
};

// Holds scratch space; one per thread.
class CoverSearch {
public:
    // `prices` by instance type, in any one unit. `counts` (one per option) holds a cover to start
    // from, or anything that is none; it receives the cheapest cover. After `node_limit` nodes the
    // best cover so far is returned with a valid bound. Requires at least one option.
    CheapestCover find(std::span<const std::int64_t> prices, const Demand& demand,
                       std::span<const Option> options, std::span<std::int32_t> counts,
                       std::uint64_t node_limit);

private:
    struct Item {
        std::int64_t price;
        std::int64_t throughput;
        double ratio;              // price per throughput, rounded down
        std::int64_t floor_price;  // cheapest price among this and later items
        std::uint32_t option;
    };

    void order_items(std::span<const std::int64_t> prices, std::span<const Option> options,
                     std::int64_t largest);
    std::int64_t search(std::int64_t required, std::int64_t replicas, std::uint64_t node_limit);
    std::int64_t search_classes(std::span<const std::int64_t> prices, const Demand& demand,
                                std::span<const Option> options, std::uint64_t node_limit);
    void descend(std::size_t i, std::int64_t rest, std::int64_t replicas, std::int64_t cost);
    void finish_with_last(std::int64_t rest, std::int64_t replicas, std::int64_t cost);
    [[nodiscard]] double relaxation(std::size_t i, std::int64_t rest, std::int64_t replicas) const;

    std::vector<Item> items_;
    std::vector<std::int32_t> current_, best_;
    std::int64_t best_cost_ = 0;
    std::uint64_t nodes_ = 0, node_limit_ = 0;
};

}  // namespace tangram::planner::price
