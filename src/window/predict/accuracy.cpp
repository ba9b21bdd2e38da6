#include "window/predict/accuracy.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "window/predict/least_squares.h"

namespace tangram::window::predict {
namespace {

// Of a measurement before retraining, less with more epochs; and of the accuracy predicted.
constexpr double kFirstDeviation = 0.06;
constexpr double kOwnDeviation = 0.03;
// A history of equal retrainings is no certainty.
constexpr double kDeviationMin = 0.02;
constexpr std::size_t kHistoryMin = 3;

double share(Share part) {
    return static_cast<double>(part.count()) / static_cast<double>(kSharePerOne);
}

Share rounded(double share) {
    return Share{std::llround(std::clamp(share, 0.0, 1.0) * static_cast<double>(kSharePerOne))};
}

double to_come(int epochs) {
    const double behind = 1.0 / (1 + epochs);
    return behind * behind;
}

struct Moments {
    double mean = 0, deviation = 0;
};

Moments moments(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    Moments found;
    for (const double value : values) found.mean += value / count;
    for (const double value : values) {
        found.deviation += (value - found.mean) * (value - found.mean) / (count - 1);
    }
    found.deviation = std::max(kDeviationMin, std::sqrt(found.deviation));
    return found;
}

}  // namespace

AccuracyHistory accuracy_history(std::span<const std::vector<Checkpoint>> past) {
    std::vector<double> limits, gains;
    for (const std::vector<Checkpoint>& one : past) {
        if (one.size() < 2) continue;
        limits.push_back(share(one.back().accuracy));
        gains.push_back(share(one.back().accuracy) - share(one.front().accuracy));
    }
    if (limits.size() < kHistoryMin) return {};
    const Moments limit = moments(limits);
    const Moments gain = moments(gains);
    return {limit.mean, limit.deviation, gain.mean, gain.deviation};
}

AccuracyRange predict_accuracy(std::span<const Checkpoint> measured, int epochs,
                               const AccuracyHistory& history) {
    CHECK(epochs >= 0);
    std::vector<Row> rows = {{1, 0, history.limit_share, history.limit_deviation_share},
                             {0, 1, history.gain_share, history.gain_deviation_share}};
    for (const Checkpoint& checkpoint : measured) {
        CHECK(checkpoint.epochs >= 0);
        rows.push_back({1, -to_come(checkpoint.epochs), share(checkpoint.accuracy),
                        kFirstDeviation / std::sqrt(1.0 + checkpoint.epochs)});
    }
    const Fit curve = fit(rows);
    const double expected = curve.value(1, -to_come(epochs));
    const double off =
        kDeviationsOf90Percent * std::hypot(curve.deviation(1, -to_come(epochs)), kOwnDeviation);
    return {rounded(expected), rounded(expected - off), rounded(expected + off)};
}

}  // namespace tangram::window::predict
