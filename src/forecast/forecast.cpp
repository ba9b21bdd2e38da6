#include "forecast/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "base/random.h"
#include "forecast/methods.h"

namespace tangram::forecast {
namespace {

constexpr std::array<std::string_view, 6> kNames = {
    "last", "moving-average", "seasonal-naive", "holt-winters", "quantile", "perfect"};

// Draws of different rates and times must not be neighbours of one stream.
constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;

// With a lag the first values are of steps that are over, and known later.
std::vector<Rate> perfect(const Known& known, std::size_t lag, std::size_t steps) {
    std::vector<Rate> values;
    const std::span<const Rate> late = known.past.last(std::min(lag, known.past.size()));
    values.assign(late.begin(), late.end());
    values.insert(values.end(), known.future.begin(), known.future.end());
    const Rate last = values.empty() ? Rate{} : values.back();
    const Rate fill = values.empty() && !known.past.empty() ? known.past.back() : last;
    values.resize(steps, fill);
    return values;
}

std::vector<Rate> by_method(const Known& known, int steps, const Options& options) {
    switch (options.method) {
        case Method::kLast:
            return last_value(known.past, steps);
        case Method::kMovingAverage:
            return moving_average(known.past, steps, options.window);
        case Method::kSeasonalNaive:
            return seasonal_naive(known.past, steps, options.season);
        case Method::kHoltWinters:
            return holt_winters(known.past, steps, options.season, options.smoothing);
        case Method::kQuantile:
            return quantile_of_past(known.past, steps, options.window, options.quantile);
        case Method::kPerfect:
            break;
    }
    return {};
}

void add_noise(std::vector<Rate>& values, const Options& options, std::uint64_t draw) {
    if (options.noise.count() == 0) return;
    Random random(options.seed + kSpread * (draw + 1));
    const double noise =
        static_cast<double>(options.noise.count()) / static_cast<double>(kSharePerOne);
    for (Rate& value : values) {
        const double factor = std::max(0.0, 1 + noise * random.normal());
        value = Rate{
            static_cast<std::int64_t>(std::llround(static_cast<double>(value.count()) * factor))};
    }
}

}  // namespace

std::string_view name(Method method) { return kNames[static_cast<std::size_t>(method)]; }

std::optional<Method> method_named(std::string_view name) {
    const auto at = std::ranges::find(kNames, name);
    if (at == kNames.end()) return std::nullopt;
    return static_cast<Method>(at - kNames.begin());
}

std::vector<std::string_view> method_names() { return {kNames.begin(), kNames.end()}; }

std::vector<Rate> forecast(const Known& known, int steps, const Options& options,
                           std::uint64_t draw) {
    CHECK(steps >= 0 && options.lag >= 0);
    const auto lag = static_cast<std::size_t>(options.lag);
    std::vector<Rate> values;
    if (options.method == Method::kPerfect) {
        values = perfect(known, lag, static_cast<std::size_t>(steps));
    } else {
        // What is not known yet has to be forecast too.
        const std::size_t kept = known.past.size() - std::min(lag, known.past.size());
        values = by_method({known.past.first(kept), {}}, steps + options.lag, options);
        values.erase(values.begin(), values.begin() + options.lag);
    }
    add_noise(values, options, draw);
    return values;
}

}  // namespace tangram::forecast
