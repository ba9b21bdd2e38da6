#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "base/random.h"
#include "window/predict/accuracy.h"
#include "window/predict/duration.h"
#include "window/predict/least_squares.h"

namespace tangram::window::predict {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double milliseconds_in(Duration time) { return tangram::milliseconds(time); }

Share share(double value) { return Share{std::llround(value * 1e6)}; }

// p + q = 3, p + 2q = 5 exactly; a third, vague row says nothing.
TEST(LeastSquares, ALineThroughTwoPoints) {
    const std::vector<Row> rows = {{1, 1, 3, 0.1}, {1, 2, 5, 0.1}, {1, 0, 100, 1e9}};
    const Fit line = fit(rows);
    EXPECT_NEAR(line.p, 1, 1e-6);
    EXPECT_NEAR(line.q, 2, 1e-6);
    EXPECT_NEAR(line.deviation(1, 1), 0.1, 1e-6);
}

// By hand: two measurements of one thing, 4 (deviation 1) and 7 (deviation 2): weights 1 and 1/4,
// mean 4.6, variance 0.8.
TEST(LeastSquares, WeighsByDeviation) {
    const std::vector<Row> rows = {{1, 0, 4, 1}, {1, 0, 7, 2}, {0, 1, 9, 3}};
    const Fit found = fit(rows);
    EXPECT_NEAR(found.p, 4.6, 1e-12);
    EXPECT_NEAR(found.deviation(1, 0) * found.deviation(1, 0), 0.8, 1e-12);
    EXPECT_NEAR(found.q, 9, 1e-12);
    EXPECT_NEAR(found.deviation(0, 1), 3, 1e-12);
}

TEST(PredictAccuracy, WithoutMeasurementsItIsTheHistory) {
    const AccuracyHistory history{0.8, 0.05, 0.2, 0.05};
    EXPECT_EQ(predict_accuracy({}, 0, history).expected, share(0.6));
    EXPECT_EQ(predict_accuracy({}, 1, history).expected, share(0.75));
    const AccuracyRange late = predict_accuracy({}, 1'000, history);
    EXPECT_NEAR(static_cast<double>(late.expected.count()), 800'000, 1);
    EXPECT_LT(late.low, late.expected);
    EXPECT_LT(late.expected, late.high);
}

TEST(PredictAccuracy, MeasurementsNarrowTheRange) {
    const std::vector<Checkpoint> none,
        one = {{0, share(0.7)}}, three = {{0, share(0.7)}, {5, share(0.9)}, {15, share(0.91)}};
    const auto width = [](const AccuracyRange& range) { return range.high - range.low; };
    const AccuracyRange a = predict_accuracy(none, 30, {});
    const AccuracyRange b = predict_accuracy(one, 30, {});
    const AccuracyRange c = predict_accuracy(three, 30, {});
    EXPECT_GT(width(a), width(b));
    EXPECT_GT(width(b), width(c));
    EXPECT_NEAR(static_cast<double>(c.expected.count()), 910'000, 10'000);
}

TEST(PredictAccuracy, StaysAShare) {
    const std::vector<Checkpoint> high = {{0, share(0.2)}, {1, share(1)}, {2, share(1)}};
    const AccuracyRange range = predict_accuracy(high, 100, {});
    EXPECT_LE(range.high, Share{kSharePerOne});
    EXPECT_GE(predict_accuracy({}, 0, {0.1, 0.1, 0.5, 0.1}).low, Share{});
}

TEST(AccuracyHistory, MeansAndSpreadsOfTheLastCheckpoint) {
    const std::vector<std::vector<Checkpoint>> past = {
        {{0, share(0.5)}, {5, share(0.6)}, {15, share(0.7)}},
        {{0, share(0.5)}, {30, share(0.8)}},
        {{0, share(0.5)}, {30, share(0.9)}},
        {{0, share(0.1)}}};
    const AccuracyHistory history = accuracy_history(past);
    EXPECT_NEAR(history.limit_share, 0.8, 1e-12);
    EXPECT_NEAR(history.gain_share, 0.3, 1e-12);
    EXPECT_NEAR(history.limit_deviation_share, 0.1, 1e-12);
    EXPECT_EQ(accuracy_history(std::span(past).first(2)).limit_share,
              AccuracyHistory{}.limit_share);
}

// Nine of ten, on curves drawn from the model itself with the spreads it assumes.
TEST(PredictAccuracy, RangesHoldNineOfTen) {
    Random random(7);
    const AccuracyHistory history{0.7, 0.05, 0.2, 0.05};
    int within = 0;
    constexpr int kCurves = 2'000;
    for (int i = 0; i < kCurves; ++i) {
        const double limit = 0.7 + 0.05 * random.normal(), gain = 0.2 + 0.05 * random.normal();
        const auto at = [&](int k, double noise) {
            return share(limit - gain / ((1 + k) * (1 + k)) + noise * random.normal());
        };
        const std::vector<Checkpoint> measured = {{0, at(0, 0.06)}, {3, at(3, 0.03)}};
        const AccuracyRange range = predict_accuracy(measured, 20, history);
        const Share truth = at(20, 0.03);
        if (range.low <= truth && truth <= range.high) ++within;
    }
    EXPECT_NEAR(within, 0.9 * kCurves, 60);
}

// Two seconds of setup and half a second per epoch: two runs tell them apart, whatever the history.
TEST(PredictDuration, TwoRunsGiveTheLine) {
    const std::vector<TimedRun> runs = {{4, seconds(4)}, {16, seconds(10)}};
    const DurationRange range = predict_duration(runs, 30, {.setup_epochs = 4});
    EXPECT_NEAR(milliseconds_in(range.expected), 17'000, 1);
    EXPECT_LT(range.low, range.expected);
    EXPECT_GT(range.high, range.expected);
}

// One run: 12 s for 4 epochs and a setup of 2 is 2 s each; twice that on a slice of half the speed.
TEST(PredictDuration, OneRunAndTheHistory) {
    const std::vector<TimedRun> runs = {{4, seconds(12)}};
    const SetupHistory history{.setup_epochs = 2, .setup_deviation_epochs = 0.5};
    const DurationRange same = predict_duration(runs, 10, history);
    EXPECT_NEAR(milliseconds_in(same.expected), 24'000, 1);
    const DurationRange slower = predict_duration(runs, 10, history, {2, 0.1});
    EXPECT_NEAR(milliseconds_in(slower.expected), 48'000, 1);
    EXPECT_GT(slower.high - slower.low, 2 * (same.high - same.low));
}

TEST(SetupHistory, FromFirstAndLastRuns) {
    const std::vector<std::vector<TimedRun>> past = {
        {{5, seconds(7)}, {10, seconds(9)}, {15, seconds(17)}},  // 1 s per epoch, setup 2
        {{5, seconds(16)}, {15, seconds(36)}},                   // 2 s per epoch, setup 3
        {{5, seconds(9)}, {15, seconds(19)}},                    // 1 s per epoch, setup 4
        {{5, seconds(9)}}};
    const SetupHistory history = setup_history(past);
    EXPECT_NEAR(history.setup_epochs, 3, 1e-9);
    EXPECT_NEAR(history.setup_deviation_epochs, 1, 1e-9);
}

TEST(SlotsOf, RoundsUp) {
    EXPECT_EQ(slots_of(milliseconds(1'001), seconds(1)), 2);
    EXPECT_EQ(slots_of(seconds(2), seconds(1)), 2);
    EXPECT_EQ(slots_of(Duration{}, seconds(1)), 1);
}

}  // namespace
}  // namespace tangram::window::predict
