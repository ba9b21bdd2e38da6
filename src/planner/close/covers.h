// Which covers a service may have in a plan within a budget.
//
// A cover is a vector of instance counts that serves a demand; a minimal one stays none when an
// instance is taken away. Minimal ones suffice: fewer instances never mean more restarts. With
// prices w (outcome.h), a plan can only afford covers that cost at most `gap` more than the
// service's cheapest, because everything else is worth its price already (question.h).
//
// Where a loss must be survived, covers are a union of such knapsacks, one for each largest type,
// as in planner/cover.h: necessary for any plan; the rest is a question of places (holdings.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner::close {

// What is still to be served, once the frozen instances are taken off.
struct Need {
    std::int64_t required = 0;  // thousandths of requests/s
    std::int64_t replicas = 0;
    // Of services that must survive a loss: what has to be there beside the largest instance, and
    // what the largest of the frozen ones gives.
    std::optional<std::int64_t> beside = {};
    std::int64_t largest = 0;

    // In all, where no other instance gives more than `most`.
    [[nodiscard]] std::int64_t capacity(std::int64_t most) const {
        return beside ? std::max(required, *beside + std::max(largest, most)) : required;
    }
    [[nodiscard]] bool nothing() const { return capacity(0) <= 0 && replicas <= 0; }
};

// Of a service that has nothing yet.
[[nodiscard]] Need need_of(const Demand& demand);

struct CoverList {
    std::vector<std::vector<std::int64_t>> covers;  // counts by option of the service
    bool complete = false;                          // these are all within the price
};

// Whether the counts (by option) are enough.
[[nodiscard]] bool covers(std::span<const Option> options, std::span<const std::int64_t> counts,
                          const Need& need);

// What the largest instance gives.
[[nodiscard]] std::int64_t largest_of(std::span<const Option> options,
                                      std::span<const std::int64_t> counts);

// One of the knapsacks that covers are a union of: those with no option that gives more than
// `most`, and some that gives more than `above`. Each cover is in exactly one.
struct Knapsack {
    std::int64_t above = 0, most = 0;
    Need need;  // capacity and replicas alone
};
[[nodiscard]] std::vector<Knapsack> knapsacks_of(std::span<const Option> options, const Need& need);

// That no instance can be taken away from counts that cover the need. By option.
[[nodiscard]] bool is_minimal(std::span<const Option> options, std::span<const std::int64_t> counts,
                              const Need& need);

// A lower bound of what the cheapest cover costs at `prices` (by option, >= 0), and exact unless
// `steps` run out, of which each knapsack has as many.
[[nodiscard]] std::int64_t cheapest_cover(std::span<const Option> options,
                                          std::span<const std::int64_t> prices, const Need& need,
                                          std::int64_t steps);

// Minimal covers that cost at most `limit`, in a fixed order; at most `most`, within `steps`.
[[nodiscard]] CoverList covers_within(std::span<const Option> options,
                                      std::span<const std::int64_t> prices, const Need& need,
                                      std::int64_t limit, std::size_t most, std::int64_t steps);

}  // namespace tangram::planner::close
