#include "forecast/methods.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace tangram::forecast {
namespace {

__extension__ using Wide = __int128;

std::vector<Rate> constant(Rate value, int steps) {
    return std::vector<Rate>(static_cast<std::size_t>(steps), value);
}

std::span<const Rate> newest(std::span<const Rate> past, int window) {
    CHECK(window > 0);
    return past.last(std::min(past.size(), static_cast<std::size_t>(window)));
}

double share(Share part) {
    return static_cast<double>(part.count()) / static_cast<double>(kSharePerOne);
}

}  // namespace

std::vector<Rate> last_value(std::span<const Rate> past, int steps) {
    return constant(past.empty() ? Rate{} : past.back(), steps);
}

std::vector<Rate> moving_average(std::span<const Rate> past, int steps, int window) {
    const std::span<const Rate> used = newest(past, window);
    if (used.empty()) return constant(Rate{}, steps);
    Wide sum = 0;
    for (const Rate rate : used) sum += rate.count();
    const Wide count = static_cast<Wide>(used.size());
    return constant(Rate{static_cast<std::int64_t>((sum + count - 1) / count)}, steps);
}

std::vector<Rate> seasonal_naive(std::span<const Rate> past, int steps, int season) {
    CHECK(season > 0);
    const auto length = static_cast<std::size_t>(season);
    if (past.size() < length) return last_value(past, steps);
    const std::span<const Rate> before = past.last(length);
    std::vector<Rate> values;
    for (std::size_t h = 0; h < static_cast<std::size_t>(steps); ++h) {
        values.push_back(before[h % length]);
    }
    return values;
}

std::vector<Rate> quantile_of_past(std::span<const Rate> past, int steps, int window,
                                   Share quantile) {
    CHECK(quantile.count() > 0 && quantile.count() <= kSharePerOne);
    const std::span<const Rate> used = newest(past, window);
    if (used.empty()) return constant(Rate{}, steps);
    std::vector<Rate> sorted(used.begin(), used.end());
    std::ranges::sort(sorted);
    const Wide product = static_cast<Wide>(sorted.size()) * quantile.count();
    const auto rank = static_cast<std::size_t>((product + kSharePerOne - 1) / kSharePerOne);
    return constant(sorted[rank - 1], steps);
}

std::vector<Rate> holt_winters(std::span<const Rate> past, int steps, int season,
                               const Smoothing& smoothing) {
    CHECK(season > 0);
    const auto m = static_cast<std::size_t>(season);
    if (past.size() < m) return last_value(past, steps);
    const double a = share(smoothing.level);
    const double b = share(smoothing.trend);
    const double g = share(smoothing.season);
    double level = 0;
    for (std::size_t t = 0; t < m; ++t) level += static_cast<double>(past[t].count());
    level /= static_cast<double>(m);
    double trend = 0;
    std::vector<double> seasonal(m);  // s[t] at t mod m
    for (std::size_t t = 0; t < m; ++t) {
        seasonal[t] = static_cast<double>(past[t].count()) - level;
    }
    for (std::size_t t = m; t < past.size(); ++t) {
        const double y = static_cast<double>(past[t].count());
        const double before = level;
        double& s = seasonal[t % m];
        level = a * (y - s) + (1 - a) * (before + trend);
        s = g * (y - before - trend) + (1 - g) * s;
        trend = b * (level - before) + (1 - b) * trend;
    }
    std::vector<Rate> values;
    for (std::size_t h = 1; h <= static_cast<std::size_t>(steps); ++h) {
        const double y =
            level + static_cast<double>(h) * trend + seasonal[(past.size() + h - 1) % m];
        values.emplace_back(static_cast<std::int64_t>(std::ceil(std::max(0.0, y))));
    }
    return values;
}

}  // namespace tangram::forecast
