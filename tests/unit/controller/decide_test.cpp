#include "controller/decide.h"

#include <gtest/gtest.h>

#include "controller/course.h"
#include "deployment/checker.h"
#include "unit/controller/controller_support.h"

namespace tangram::controller {
namespace {

using test::expect;
using test::rps;
using test::SmallDeployment;
using test::test_durations;
using test::TwoServices;

constexpr ServiceId kA{0};

Decision decision(const TwoServices& two, const SmallDeployment& now, const Expectation& expected,
                  const DecideOptions& options = {}) {
    const auto decided = decide(two.problem, now.build(), expected, test_durations(), options);
    CHECK(decided.has_value(), decided.error().text());
    return *decided;
}

SmallDeployment two_gpus(const TwoServices& two) {
    return two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b");
}

TEST(Decide, StaysWhereNoFewerGpusWouldDo) {
    const TwoServices two;
    const Decision decided = decision(two, two_gpus(two), expect(60, 60));
    EXPECT_FALSE(decided.goes);
    EXPECT_EQ(decided.reason, Reason::kFits);
}

// One GPU less for an hour is 3,600 GPU-seconds, less what both take while it is under way.
TEST(Decide, GoesForASaving) {
    const TwoServices two;
    const Decision decided = decision(two, two_gpus(two), expect(20, 20));
    ASSERT_TRUE(decided.goes);
    EXPECT_EQ(decided.reason, Reason::kSaving);
    EXPECT_EQ(gpus_of(decided.way->reached), 1);
    const std::int64_t most = 3'600 * kSharePerOne;
    EXPECT_LT(decided.balance.saved_gpu_time, most);
    EXPECT_GT(decided.balance.saved_gpu_time, most - 100 * kSharePerOne);
    const std::int64_t restart =
        decided.balance.restart.count() * 142'857 / planner::kSliceTimePerSecond;
    EXPECT_EQ(decided.balance.disruption, restart);
    EXPECT_GT(restart, 0);
}

TEST(Decide, StaysWhereRestartsWeighMore) {
    const TwoServices two;
    DecideOptions options;
    options.weights.restart = Share{1'000 * kSharePerOne};
    const Decision decided = decision(two, two_gpus(two), expect(20, 20), options);
    EXPECT_FALSE(decided.goes);
    EXPECT_EQ(decided.reason, Reason::kNotWorthIt);
    EXPECT_LE(decided.balance.net(), 0);
    EXPECT_FALSE(decided.way.has_value());
}

TEST(Decide, StaysForAShortHorizon) {
    const TwoServices two;
    DecideOptions options;
    options.horizon = std::chrono::seconds(5);
    EXPECT_FALSE(decision(two, two_gpus(two), expect(20, 20), options).goes);
}

// Whatever it costs.
TEST(Decide, GoesWhereRatesExceedTheCapacity) {
    const TwoServices two;
    DecideOptions options;
    options.weights.restart = Share{1'000 * kSharePerOne};
    const Decision decided = decision(two, two_gpus(two), expect(71, 20), options);
    ASSERT_TRUE(decided.goes);
    EXPECT_EQ(decided.reason, Reason::kShortage);
    EXPECT_GE(capacities_of(two.problem, decided.way->reached)[kA], rps(71 * 1.05));
    EXPECT_GT(decided.balance.unserved_staying, 0);
}

// Between the trigger and the headroom nothing is forced.
TEST(Decide, HeadroomAndTriggerAreABand) {
    const TwoServices two;
    DecideOptions options;
    options.headroom = Share{200'000};
    EXPECT_FALSE(decision(two, two_gpus(two), expect(65, 65), options).goes);
    options.trigger = Share{100'000};
    EXPECT_TRUE(decision(two, two_gpus(two), expect(65, 65), options).goes);
    const auto rates = rates_to_plan(expect(65, 10), options);
    EXPECT_EQ(rates[kA], rps(78));
}

TEST(Decide, CoversTheStepsAskedFor) {
    Expectation expected = expect(20, 20);
    expected.rates[kA][2] = rps(100);
    DecideOptions options;
    options.headroom = Share{};
    EXPECT_EQ(rates_to_plan(expected, options)[kA], rps(20));
    options.steps_covered = 3;
    EXPECT_EQ(rates_to_plan(expected, options)[kA], rps(100));
}

// 30 requests/s too few until the first step has ended.
TEST(Decide, SomeOfTheFirstStepMayBeOver) {
    const TwoServices two;
    Expectation expected = expect(20, 20);
    expected.rates[kA][0] = rps(100);
    const auto unserved = [&] {
        return decision(two, two_gpus(two), expected).balance.unserved_staying;
    };
    EXPECT_EQ(unserved(), 600 * 30'000);
    expected.gone = std::chrono::minutes(4);
    EXPECT_EQ(unserved(), 360 * 30'000);
}

TEST(Decide, SaysSoWhereTheFleetIsTooSmall) {
    const TwoServices two(20, 20, 2);
    const Decision decided = decision(two, two_gpus(two), expect(500, 20));
    EXPECT_FALSE(decided.goes);
    EXPECT_EQ(decided.reason, Reason::kNoPlan);
}

TEST(Decide, WhatItReachesServesWhatWasPlanned) {
    for (const double rate : {0.0, 15.0, 130.0, 300.0}) {
        TwoServices two;
        const Expectation expected = expect(rate, 40);
        const Decision decided = decision(two, two_gpus(two), expected);
        if (!decided.goes) continue;
        workload::Problem asked = two.problem;
        const auto rates = rates_to_plan(expected, {});
        for (const ServiceId s : rates.ids()) asked.services[s].rate = rates[s];
        EXPECT_TRUE(deployment::check(asked, decided.way->reached).ok()) << rate;
    }
}

// Capacity falls when a drain starts and rises when a route ends; GPUs from acquire to release.
TEST(Course, FallsEarlyAndRisesLate) {
    using transition::StepKind;
    const TwoServices two;
    transition::StepGraph graph;
    graph.services.push_back("b");
    graph.services.push_back("unknown");
    graph.points.push_back({});
    graph.points[deployment::RunPointId{0}].throughput = rps(20);
    const auto step = [&](StepKind kind, std::size_t service, int planned, int duration) {
        transition::Step one;
        one.kind = kind;
        one.service = deployment::ServiceNameId{service};
        one.point = deployment::RunPointId{0};
        one.planned = std::chrono::seconds(planned);
        one.duration = std::chrono::seconds(duration);
        graph.steps.push_back(one);
    };
    step(StepKind::kAcquire, 0, 1, 100);
    step(StepKind::kStart, 0, 2, 100);
    step(StepKind::kRoute, 0, 10, 5);
    step(StepKind::kDrain, 0, 15, 100);
    step(StepKind::kDrain, 1, 3, 100);
    step(StepKind::kRelease, 0, 20, 7);
    const auto course = course_of(two.problem, graph);
    ASSERT_EQ(course.size(), 4U);
    EXPECT_EQ(course[0].at, std::chrono::seconds(1));
    EXPECT_EQ(course[0].gpus, 1);
    // Of one moment what is lost comes first.
    EXPECT_EQ(course[1].at, std::chrono::seconds(15));
    EXPECT_EQ(course[1].capacity, Rate{} - rps(20));
    EXPECT_EQ(course[1].service, ServiceId{1});
    EXPECT_EQ(course[2].at, std::chrono::seconds(15));
    EXPECT_EQ(course[2].capacity, rps(20));
    EXPECT_EQ(course[3].at, std::chrono::seconds(27));
    EXPECT_EQ(course[3].gpus, -1);
}

// A course ends in the capacities and GPUs of what is reached.
TEST(Course, AddsUpToWhatIsReached) {
    const TwoServices two;
    const SmallDeployment now = two_gpus(two);
    const Decision decided = decision(two, now, expect(130, 20));
    ASSERT_TRUE(decided.goes);
    IdVector<ServiceId, Rate> capacities = capacities_of(two.problem, now.build());
    std::int64_t gpus = gpus_of(now.build());
    Duration last{};
    for (const CourseChange& change : course_of(two.problem, decided.way->graph)) {
        EXPECT_GE(change.at, last);
        EXPECT_LE(change.at, decided.way->makespan);
        last = change.at;
        if (change.service.valid()) capacities[change.service] += change.capacity;
        gpus += change.gpus;
    }
    const auto reached = capacities_of(two.problem, decided.way->reached);
    for (const ServiceId s : reached.ids()) EXPECT_EQ(capacities[s], reached[s]);
    EXPECT_EQ(gpus, gpus_of(decided.way->reached));
}

}  // namespace
}  // namespace tangram::controller
