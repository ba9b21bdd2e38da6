// The forecasters one by one (forecast.h says what each is). All take the past, oldest first, and
// give the next `steps` values, never negative.
#pragma once

#include <span>
#include <vector>

#include "forecast/forecast.h"

namespace tangram::forecast {

[[nodiscard]] std::vector<Rate> last_value(std::span<const Rate> past, int steps);
[[nodiscard]] std::vector<Rate> moving_average(std::span<const Rate> past, int steps, int window);
[[nodiscard]] std::vector<Rate> seasonal_naive(std::span<const Rate> past, int steps, int season);
[[nodiscard]] std::vector<Rate> quantile_of_past(std::span<const Rate> past, int steps, int window,
                                                 Share quantile);

// Additive Holt-Winters (Winters 1960, as in Hyndman and Athanasopoulos, "Forecasting: principles
// and practice", 3rd ed., section 8.3), with season m and smoothing a, b, g:
//   level   l[t] = a (y[t] - s[t-m]) + (1 - a) (l[t-1] + b[t-1])
//   trend   b[t] = b (l[t] - l[t-1]) + (1 - b) b[t-1]
//   season  s[t] = g (y[t] - l[t-1] - b[t-1]) + (1 - g) s[t-m]
//   y[t+h]       = l[t] + h b[t] + s[t+h-m(k+1)],  k = floor((h-1)/m)
// Start: l = mean of the first season, b = 0, s = its values less l; then from t = m on. `last`
// with less than a season. The trend of a single day's season would be noise, therefore b starts at
// 0.
[[nodiscard]] std::vector<Rate> holt_winters(std::span<const Rate> past, int steps, int season,
                                             const Smoothing& smoothing);

}  // namespace tangram::forecast
