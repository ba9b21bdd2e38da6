#include "window/predict/duration.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "window/predict/least_squares.h"

namespace tangram::window::predict {
namespace {

constexpr double kDeviationShare = 0.03;  // of a time, measured or predicted
constexpr double kSetupDeviationMin = 0.02;
constexpr std::size_t kHistoryMin = 3;

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

Duration rounded(double seconds) { return Duration{std::llround(std::max(0.0, seconds) * 1e9)}; }

}  // namespace

SetupHistory setup_history(std::span<const std::vector<TimedRun>> past) {
    std::vector<double> setups;
    for (const std::vector<TimedRun>& runs : past) {
        if (runs.size() < 2) continue;
        const TimedRun& first = runs.front();
        const TimedRun& last = runs.back();
        const double epoch =
            (seconds(last.time) - seconds(first.time)) / (last.epochs - first.epochs);
        if (epoch > 0) setups.push_back(std::max(0.0, seconds(first.time) / epoch - first.epochs));
    }
    if (setups.size() < kHistoryMin) return {};
    const auto count = static_cast<double>(setups.size());
    double mean = 0, variance = 0;
    for (const double setup : setups) mean += setup / count;
    for (const double setup : setups) variance += (setup - mean) * (setup - mean) / (count - 1);
    return {mean, std::max(kSetupDeviationMin, std::sqrt(variance))};
}

DurationRange predict_duration(std::span<const TimedRun> timed, int epochs,
                               const SetupHistory& history, const Slowdown& slowdown) {
    CHECK(!timed.empty() && epochs > 0 && slowdown.ratio > 0);
    // Unknowns: the time of starting and that of an epoch.
    std::vector<Row> rows;
    for (const TimedRun& run : timed) {
        CHECK(run.epochs > 0 && run.time > Duration{});
        rows.push_back({1, static_cast<double>(run.epochs), seconds(run.time),
                        kDeviationShare * seconds(run.time)});
    }
    const TimedRun& longest = *std::ranges::max_element(timed, {}, &TimedRun::epochs);
    const double epoch = seconds(longest.time) / (longest.epochs + history.setup_epochs);
    rows.push_back({1, -history.setup_epochs, 0, history.setup_deviation_epochs * epoch});
    const Fit line = fit(rows);
    const auto k = static_cast<double>(epochs);
    const double expected = std::max(0.0, line.value(1, k)) * slowdown.ratio;
    const double deviation =
        std::hypot(line.deviation(1, k) * slowdown.ratio, expected * kDeviationShare,
                   expected * slowdown.deviation_share);
    const double off = kDeviationsOf90Percent * deviation;
    return {rounded(expected), rounded(expected - off), rounded(expected + off)};
}

int slots_of(Duration time, Duration slot) {
    CHECK(slot > Duration{});
    return static_cast<int>(std::max<std::int64_t>(1, (time + slot - Duration{1}) / slot));
}

}  // namespace tangram::window::predict
