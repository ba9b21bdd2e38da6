// What covers a demand: instances with enough capacity and replicas, and enough capacity without
// the largest of them where a loss must be survived. Necessary for any plan whatever its places,
// and enough where every instance has a GPU (or node) of its own. More instances of any type never
// spoil a cover.
//
// The largest instance makes that a union: covers whose largest instance gives T need
//   max(required, after_loss + T)
// in all and use no larger type, which is an ordinary covering knapsack.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner {

// One of the knapsacks: covers whose largest instance gives more than `above`, at most `largest`.
struct CoverClass {
    std::int64_t above = 0;
    std::int64_t largest = 0;
    std::int64_t capacity = 0;  // needed in all
};

// Every cover is in exactly one class; one class if no loss has to be survived. Ascending. Those in
// the first need nothing beyond the demand itself, if there are any.
[[nodiscard]] std::vector<CoverClass> cover_classes(const Demand& demand,
                                                    std::span<const Option> options);

// What covers of any class need at most: with the demand's largest type.
[[nodiscard]] std::int64_t capacity_at_most(const Demand& demand, std::span<const Option> options);

// Counts by option; negative ones are no cover.
[[nodiscard]] bool covers(const Demand& demand, std::span<const Option> options,
                          std::span<const std::int32_t> counts);

}  // namespace tangram::planner
