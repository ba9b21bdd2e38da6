// Forecasts of a rate from its past, in equal steps of time.
//
//   last            the last value
//   moving-average  the mean of the last `window` values, rounded up
//   seasonal-naive  the value one season ago, level with it; `last` where the past is shorter
//   holt-winters    additive Holt-Winters (methods.h); `last` with less than a season
//   quantile        of the last `window` values the nearest rank, as in rate imports
//   perfect         what will come, for whoever knows it: what no forecast beats
//
// `lag` and `noise` make any of them worse: with a lag the last values are not known yet, and with
// noise every value is multiplied by 1 + noise x N(0,1), never below 0. Pure; the same seed and
// `draw` give the same noise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/quantity.h"

namespace tangram::forecast {

enum class Method {
    kLast,
    kMovingAverage,
    kSeasonalNaive,
    kHoltWinters,
    kQuantile,
    kPerfect,
};
[[nodiscard]] std::string_view name(Method method);
[[nodiscard]] std::optional<Method> method_named(std::string_view name);
[[nodiscard]] std::vector<std::string_view> method_names();

// Shares of the newest observation in level, trend and season (Holt-Winters): 0 to 1. The defaults
// were good among four settings tried on three days of real clients (docs/algorithms.md).
struct Smoothing {
    Share level{800'000};
    Share trend{0};
    Share season{100'000};
};

struct Options {
    Method method = Method::kLast;
    int window = 6;           // steps, > 0: moving average, quantile
    int season = 144;         // steps, > 0: seasonal naive, Holt-Winters
    Share quantile{900'000};  // more than 0, at most 1
    Smoothing smoothing;
    int lag = 0;  // the newest values that are not known yet
    Share noise{};
    std::uint64_t seed = 1;
};

// What is known of one rate. `future` begins with the next step and is used by `perfect` alone;
// where it ends its last value stays, or that of the past.
struct Known {
    std::span<const Rate> past;  // oldest first
    std::span<const Rate> future;
};

// The next `steps` values. Without any past, and with nothing better, all are 0. `draw` tells rates
// and times apart that get noise of their own. O(past + steps).
[[nodiscard]] std::vector<Rate> forecast(const Known& known, int steps, const Options& options,
                                         std::uint64_t draw = 0);

}  // namespace tangram::forecast
