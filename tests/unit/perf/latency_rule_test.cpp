#include "perf/latency_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "base/random.h"

namespace tangram::perf {
namespace {

using testing::HasSubstr;

constexpr std::array kRules = {LatencyRule::kMean, LatencyRule::kTwoBatches,
                               LatencyRule::kParvaGpu};

Duration ns(std::int64_t count) { return Duration{count}; }

TEST(LatencyRule, NamesAndBack) {
    for (const LatencyRule rule : kRules) {
        EXPECT_EQ(*parse_latency_rule(name(rule)), rule);
    }
    const auto unknown = parse_latency_rule("median");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("mean, two-batches, parvagpu"));
    EXPECT_FALSE(parse_latency_rule(""));
}

TEST(LatencyRule, MeanIsAtMostTheLimit) {
    EXPECT_TRUE(admissible(LatencyRule::kMean, ns(100), ns(0), ns(100)));
    EXPECT_FALSE(admissible(LatencyRule::kMean, ns(101), ns(0), ns(100)));
    EXPECT_TRUE(admissible(LatencyRule::kMean, ns(100), ns(50), ns(100))) << "waiting is not in it";
}

TEST(LatencyRule, TwoBatchesAndTheWait) {
    EXPECT_TRUE(admissible(LatencyRule::kTwoBatches, ns(50), ns(0), ns(100)));
    EXPECT_FALSE(admissible(LatencyRule::kTwoBatches, ns(51), ns(0), ns(101)));
    EXPECT_TRUE(admissible(LatencyRule::kTwoBatches, ns(45), ns(10), ns(100)));
    EXPECT_FALSE(admissible(LatencyRule::kTwoBatches, ns(45), ns(11), ns(100)));
}

TEST(LatencyRule, ParvaGpuIsBelow45Percent) {
    EXPECT_TRUE(admissible(LatencyRule::kParvaGpu, ns(44), ns(0), ns(100)));
    EXPECT_FALSE(admissible(LatencyRule::kParvaGpu, ns(45), ns(0), ns(100))) << "below, not at";
    EXPECT_TRUE(admissible(LatencyRule::kParvaGpu, ns(45), ns(0), ns(101)));
}

TEST(LatencyRule, LargestAdmissibleIsTheLastOne) {
    Random random(1);
    for (int i = 0; i < 10'000; ++i) {
        const Duration max = ns(random.between(1, i % 2 == 0 ? 100 : 1'000'000'000'000));
        const Duration wait = ns(random.between(0, 2 * max.count()));
        for (const LatencyRule rule : kRules) {
            const Duration largest = largest_admissible(rule, wait, max);
            EXPECT_TRUE(admissible(rule, largest, wait, max));
            EXPECT_FALSE(admissible(rule, largest + ns(1), wait, max));
        }
    }
}

TEST(LatencyRule, DoesNotOverflow) {
    const Duration huge = ns(std::numeric_limits<std::int64_t>::max());
    for (const LatencyRule rule : kRules) {
        EXPECT_TRUE(admissible(rule, ns(1), ns(0), huge));
        EXPECT_FALSE(admissible(rule, huge, huge, ns(1)));
        EXPECT_TRUE(admissible(rule, largest_admissible(rule, ns(0), huge), ns(0), huge));
    }
}

TEST(Statistic, CanonicalForms) {
    EXPECT_EQ(*parse_statistic("mean"), "mean");
    EXPECT_EQ(*parse_statistic("mean_step"), "mean_step");
    EXPECT_EQ(*parse_statistic("none"), "none");
    EXPECT_EQ(*parse_statistic("p5"), "p5");
    EXPECT_EQ(*parse_statistic("p50"), "p50");
    EXPECT_EQ(*parse_statistic("p99.9"), "p999");
    EXPECT_EQ(*parse_statistic("p999"), "p999");
    EXPECT_EQ(*parse_statistic("p99.99"), "p9999");
}

TEST(Statistic, RefusesOtherWords) {
    for (const char* word : {"", "p", "p0", "p05", "p100", "p500", "p-1", "p9x", "99", "median",
                             "Mean", "p99.9.9", "p999999", "p50.5"}) {
        EXPECT_FALSE(parse_statistic(word)) << word;
    }
}

TEST(Statistic, MatchesObjectives) {
    EXPECT_TRUE(statistic_matches("mean", std::nullopt));
    EXPECT_TRUE(statistic_matches("mean_step", std::nullopt));
    EXPECT_FALSE(statistic_matches("none", std::nullopt));
    EXPECT_FALSE(statistic_matches("p50", std::nullopt));
    EXPECT_TRUE(statistic_matches("p99", 99));
    EXPECT_TRUE(statistic_matches("p999", 999));
    EXPECT_FALSE(statistic_matches("p99", 999));
    EXPECT_FALSE(statistic_matches("mean", 99));
    EXPECT_FALSE(statistic_matches("none", 99));
    EXPECT_FALSE(statistic_matches("p9", 99));
}

class Meets : public testing::Test {
protected:
    const MetricId latency_{0};
    const MetricId first_token_{1};

    OperatingPoint point() const {
        OperatingPoint result;
        result.measures = {
            {latency_, "mean", ns(40)}, {latency_, "p99", ns(90)}, {first_token_, "mean", ns(10)}};
        return result;
    }
};

TEST_F(Meets, PicksTheMeasureOfTheStatistic) {
    const OperatingPoint measured = point();
    EXPECT_EQ(measure_for(measured, {latency_, ns(1), std::nullopt})->value, ns(40));
    EXPECT_EQ(measure_for(measured, {latency_, ns(1), 99})->value, ns(90));
    EXPECT_EQ(measure_for(measured, {first_token_, ns(1), std::nullopt})->value, ns(10));
    EXPECT_EQ(measure_for(measured, {first_token_, ns(1), 99}), nullptr);
    EXPECT_EQ(measure_for(measured, {MetricId{2}, ns(1), std::nullopt}), nullptr);
}

TEST_F(Meets, PrefersTheMeanOfRequestsToThatOfSteps) {
    OperatingPoint measured;
    measured.measures = {{latency_, "mean_step", ns(5)}, {latency_, "mean", ns(7)}};
    EXPECT_EQ(measure_for(measured, {latency_, ns(1), std::nullopt})->value, ns(7));
    std::swap(measured.measures[0], measured.measures[1]);
    EXPECT_EQ(measure_for(measured, {latency_, ns(1), std::nullopt})->value, ns(7));
}

TEST_F(Meets, AllObjectivesOrNone) {
    const Objective loose{latency_, ns(100), std::nullopt};
    const Objective tight{first_token_, ns(15), std::nullopt};
    EXPECT_TRUE(meets(point(), {loose}, LatencyRule::kTwoBatches, ns(0)));
    EXPECT_FALSE(meets(point(), {loose, tight}, LatencyRule::kTwoBatches, ns(0)));
    EXPECT_TRUE(meets(point(), {loose, tight}, LatencyRule::kMean, ns(0)));
    EXPECT_TRUE(meets(point(), {}, LatencyRule::kMean, ns(0)));
    EXPECT_FALSE(meets(point(), {{first_token_, ns(1000), 99}}, LatencyRule::kMean, ns(0)))
        << "what was not measured is not met";
}

}  // namespace
}  // namespace tangram::perf
