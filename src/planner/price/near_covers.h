// Alternatives to a demand's current cover that cost little more at the prices.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner::price {

// A change of one demand's cover: counts by option to add (or take away), and what it costs at the
// prices: price . change. Negative if the current cover is not the cheapest.
struct CoverChange {
    std::vector<std::int32_t> by_option;
    std::int64_t cost = 0;
};

struct NearCoverLimits {
    std::int64_t cost = 0;         // changes that cost more are left out
    std::int32_t radius = 4;       // largest change of one count
    std::size_t changes = 256;     // at most so many are returned
    std::uint64_t nodes = 20'000;  // search steps
};

struct NearCovers {
    std::vector<CoverChange> changes;  // to minimal covers other than the current one
    std::uint64_t nodes = 0;
    bool complete = true;  // false if `changes` or `nodes` struck; `radius` does not count
};

// Minimal covers (none stays a cover when an instance is taken away) within the limits, by
// depth-first enumeration. Deterministic order.
[[nodiscard]] NearCovers near_covers(std::span<const std::int64_t> prices, const Demand& demand,
                                     std::span<const Option> options,
                                     std::span<const std::int32_t> current,
                                     const NearCoverLimits& limits);

}  // namespace tangram::planner::price
