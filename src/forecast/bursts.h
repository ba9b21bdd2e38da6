// Bursts of a rate, and a forecaster that does not foresee some of them.
//
// A burst is a stretch of steps whose rate is more than `above` times the median of all steps
// (the lower one of two). It is missed with the probability `missed`: for its steps nothing above
// the rate of the step before it is forecast, until its first step has been seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/quantity.h"

namespace tangram::forecast {

struct Burst {
    std::size_t from = 0, until = 0;  // steps [from, until)
    Rate before;                      // of the step before it; of the first step 0: the median
    friend bool operator==(const Burst&, const Burst&) = default;
};

struct BurstOptions {
    Share missed{};          // 0: all are foreseen as the method can; 1'000'000: none
    Share above{1'500'000};  // of the median
    std::uint64_t seed = 1;
};

// In order. O(steps log steps).
[[nodiscard]] std::vector<Burst> bursts(std::span<const Rate> rates, Share above);

// Those that are missed. The same seed and `draw` give the same ones; `draw` tells rates apart.
[[nodiscard]] std::vector<Burst> missed_bursts(std::span<const Rate> rates,
                                               const BurstOptions& options, std::uint64_t draw);

// Lowers a forecast of the steps from `now` on, where those before `seen` are known (seen <= now).
void miss(std::vector<Rate>& values, std::size_t now, std::size_t seen,
          std::span<const Burst> missed);

}  // namespace tangram::forecast
