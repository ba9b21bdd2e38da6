// Which covers a service may have in a plan within a budget.
//
// A cover is a vector of instance counts that serves a demand; a minimal one stays none when an
// instance is taken away. Minimal ones suffice: fewer instances never mean more restarts. With
// prices w (outcome.h), a plan can only afford covers that cost at most `gap` more than the
// service's cheapest, because everything else is worth its price already (question.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner::close {

// What is still to be served, once the frozen instances are taken off.
struct Need {
    std::int64_t required = 0;  // thousandths of requests/s
    std::int64_t replicas = 0;

    [[nodiscard]] bool nothing() const { return required <= 0 && replicas <= 0; }
};

struct CoverList {
    std::vector<std::vector<std::int64_t>> covers;  // counts by option of the service
    bool complete = false;                          // these are all within the price
};

// That no instance can be taken away from counts that cover the need. By option.
[[nodiscard]] bool is_minimal(std::span<const Option> options, std::span<const std::int64_t> counts,
                              const Need& need);

// A lower bound of what the cheapest cover costs at `prices` (by option, >= 0), and exact unless
// `steps` run out.
[[nodiscard]] std::int64_t cheapest_cover(std::span<const Option> options,
                                          std::span<const std::int64_t> prices, const Need& need,
                                          std::int64_t steps);

// Minimal covers that cost at most `limit`, in a fixed order; at most `most`, within `steps`.
[[nodiscard]] CoverList covers_within(std::span<const Option> options,
                                      std::span<const std::int64_t> prices, const Need& need,
                                      std::int64_t limit, std::size_t most, std::int64_t steps);

}  // namespace tangram::planner::close
