// The cheapest cover of a service where the first instances of a type cost less than the rest: the
// pricing of covers. Those that run already are worth keeping, so many and no more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/close/covers.h"
#include "planner/planning_model.h"

namespace tangram::planner::close {

struct SplitPrice {
    std::int64_t kept = 0;   // of each of the first `available`
    std::int64_t fresh = 0;  // of each beyond; >= kept >= 0
    std::int64_t available = 0;
    std::int64_t money = 0;  // what an instance takes of the limit; >= 0
};

// What is asked of a cover: to serve the need, and to take no more than the limit (covers.h).
struct Asked {
    Need need;
    std::int64_t money = 0;
};

struct SplitCover {
    std::int64_t cost = 0;            // no cover costs less
    std::vector<std::int64_t> cover;  // the cheapest seen; costs `cost` unless steps ran out
    std::int64_t steps = 0;           // spent
};

// `prices` by option. Depth-first over kept and fresh instances, the cheapest per rate first,
// pruned by the fractional rest. Price x count must stay below 2^62. Without a cover within the
// limit the cost is the largest number, and there is none.
[[nodiscard]] SplitCover cheapest_split(std::span<const Option> options,
                                        std::span<const SplitPrice> prices, const Asked& asked,
                                        std::int64_t steps);

// The minimal covers that cost at most `limit`, at most `most` of them; `complete` if these are
// all.
[[nodiscard]] CoverList splits_within(std::span<const Option> options,
                                      std::span<const SplitPrice> prices, const Asked& asked,
                                      std::int64_t limit, std::size_t most, std::int64_t steps);

}  // namespace tangram::planner::close
