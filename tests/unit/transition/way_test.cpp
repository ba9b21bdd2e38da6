#include "transition/way.h"

#include <gtest/gtest.h>

#include "deployment/checker.h"
#include "transition/wording.h"
#include "unit/transition/transition_support.h"

namespace tangram::transition {
namespace {

using test::find_step;
using test::precedes;
using test::rps;
using test::SmallDeployment;
using test::test_durations;
using test::TwoServices;
using enum StepKind;

Way way(const TwoServices& two, const SmallDeployment& now, const SmallDeployment& then,
        const WayOptions& options = {}, const Durations& durations = test_durations()) {
    const auto found = find_way(two.model, now.build(), then.build(), durations, options);
    CHECK(found.has_value(), found.error().text());
    return *found;
}

WayOptions without_spares() {
    WayOptions options;
    options.spare_gpus = 0;
    return options;
}

TEST(Way, NothingToDo) {
    const TwoServices two;
    const SmallDeployment now = two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b");
    const Way found = way(two, now, now);
    EXPECT_TRUE(found.found);
    EXPECT_EQ(found.graph.steps.size(), 0U);
    EXPECT_EQ(found.kept, 2);
    EXPECT_EQ(found.makespan, Duration{});
}

// a moves from g to free slices of h: it arrives before it leaves.
TEST(Way, ArrivesBeforeItLeaves) {
    const TwoServices two;
    const Way found = way(two, two.deployment().gpu("g").on("2g", 0, "a").gpu("h").on("2g", 2, "b"),
                          two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "b"));
    ASSERT_TRUE(found.found);
    const StepId route = find_step(found.graph, kRoute, "a", "h");
    const StepId drain = find_step(found.graph, kDrain, "a", "g");
    ASSERT_TRUE(route.valid() && drain.valid());
    EXPECT_TRUE(precedes(found.graph, route, drain));
    const auto arc = std::ranges::find_if(found.graph.arcs, [&](const Arc& one) {
        return one.before == route && one.after == drain;
    });
    ASSERT_NE(arc, found.graph.arcs.end());
    EXPECT_EQ(why(found.graph, *arc), "keeps a at or above 20 requests/s");
    // create 1, start 10, route 1, drain 2, stop 1, destroy 1
    EXPECT_EQ(found.makespan, std::chrono::seconds(16));
    EXPECT_EQ(found.spares, 0);
    EXPECT_EQ(found.restart.count(), 20 * planner::kSliceTimePerSecond);
    EXPECT_TRUE(find_step(found.graph, kRelease, "", "g").valid());
    EXPECT_TRUE(deployment::check(two.problem, found.reached).ok());
}

// There and back again: what was stopped on g is warm there, and colder by every second.
TEST(Way, WhatItStopsStaysWarm) {
    const TwoServices two;
    const SmallDeployment here =
        two.deployment().gpu("g").on("2g", 0, "a").gpu("h").on("2g", 2, "b");
    const SmallDeployment there = two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "b");
    const Way away = way(two, here, there);
    ASSERT_TRUE(away.found);
    // Its process is gone a second, for which the instance is destroyed, before the end.
    EXPECT_EQ(away.reached.warm,
              (std::vector<deployment::WarmModel>{{"g", "ma", std::chrono::seconds(1)}}));
    const auto back =
        find_way(two.model, away.reached, here.build(), test_durations(), WayOptions{});
    ASSERT_TRUE(back.has_value() && back->found);
    EXPECT_EQ(away.makespan - back->makespan, std::chrono::seconds(6)) << "10 s cold, 4 s warm";

    Durations cold = test_durations();
    cold.stays_warm = std::chrono::milliseconds(500);
    EXPECT_TRUE(way(two, here, there, {}, cold).reached.warm.empty());
}

// A failed instance of nobody's is stopped like any other and was never warm.
TEST(Way, WhatNobodyKnowsIsNotWarm) {
    const TwoServices two;
    const Way found = way(
        two, two.deployment().gpu("g").on("2g", 0, "a").idle("2g", 2, deployment::Phase::kFailed),
        two.deployment().gpu("g").on("2g", 0, "a"));
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.graph.steps[StepId{0}].kind, kStop);
    EXPECT_TRUE(found.reached.warm.empty());
}

// Two GPUs full of one service each change hands: nothing can leave first, nothing has room.
TEST(Way, ASwapOfFullGpusNeedsASpareAndThatIsProven) {
    const TwoServices two(70, 70);
    const SmallDeployment now =
        two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b");
    const SmallDeployment then =
        two.deployment().gpu("g").on("7g", 0, "b").gpu("h").on("7g", 0, "a");
    const Way found = way(two, now, then);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.spares, 1);
    EXPECT_EQ(found.verdict, SpareVerdict::kProvenNecessary);
    EXPECT_EQ(found.graph.gpus_at_most, 3);

    const Way stuck = way(two, now, then, without_spares());
    EXPECT_FALSE(stuck.found);
    ASSERT_FALSE(stuck.obstacles.empty());
    EXPECT_EQ(described(stuck.obstacles.front()), "service 'a' lacks a capacity of 70 requests/s");
    EXPECT_EQ(stuck.spares_needed, 1);
    EXPECT_EQ(stuck.dip_needed, Share{kSharePerOne}) << "its only replica";
}

TEST(Way, AFleetWithoutASpareGpuSaysHowManyItLacks) {
    const TwoServices two(70, 70, 2);
    const Way stuck = way(two, two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b"),
                          two.deployment().gpu("g").on("7g", 0, "b").gpu("h").on("7g", 0, "a"));
    EXPECT_FALSE(stuck.found);
    EXPECT_EQ(stuck.spares_needed, 1);
    EXPECT_EQ(stuck.dip_needed, Share{kSharePerOne});
}

TEST(Way, AStatedDipMakesRoom) {
    const TwoServices two(70, 70, 2);
    WayOptions options;
    options.dips["a"] = Share{kSharePerOne};
    const Way found =
        way(two, two.deployment().gpu("g").on("7g", 0, "a").gpu("h").on("7g", 0, "b"),
            two.deployment().gpu("g").on("7g", 0, "b").gpu("h").on("7g", 0, "a"), options);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.spares, 0);
    EXPECT_TRUE(precedes(found.graph, find_step(found.graph, kRoute, "b", "g"),
                         find_step(found.graph, kDrain, "b", "h")));
}

// The same swap of 3g instances, each with a free place beside it.
TEST(Way, AReplicaForTheTimeBetweenGoesIntoFreeSlices) {
    const TwoServices two(35, 35);
    const Way found =
        way(two, two.deployment().gpu("g").on("3g", 0, "a").gpu("h").on("3g", 0, "b"),
            two.deployment().gpu("g").on("3g", 0, "b").gpu("h").on("3g", 0, "a"), without_spares());
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.spares, 0);
    EXPECT_EQ(found.temporaries, 1);
    EXPECT_EQ(found.started, 3);
    EXPECT_GT(found.restart, found.target_restart);
    // create, start, route; drain, stop, destroy
    EXPECT_EQ(std::ranges::count(found.graph.steps, true, &Step::temporary), 6);
}

// a and b swap a place. Either could have a third replica for the time between, but not beside the
// one whose loss it is to make up for.
TEST(Way, AReplicaForTheTimeBetweenHelpsToSurvive) {
    TwoServices two(35, 35);
    for (workload::Service& service : two.problem.services) {
        service.survive_gpu = Share{kSharePerOne};
    }
    const auto deployed = [&](const char* first, const char* second) {
        return two.deployment()
            .gpu("g")
            .on("3g", 0, first)
            .gpu("h")
            .on("3g", 0, "a")
            .gpu("k")
            .on("3g", 0, second)
            .gpu("l")
            .on("3g", 0, "b");
    };
    const Way found = way(two, deployed("a", "b"), deployed("b", "a"), without_spares());
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.temporaries, 1);
    for (const Step& step : found.graph.steps) {
        if (!step.temporary || !step.service.valid()) continue;
        const bool of_a = found.graph.services[step.service] == "a";
        EXPECT_NE(found.graph.gpus[step.gpu].id, of_a ? "h" : "l");
    }
}

TEST(Way, WholeLayoutsAreAppliedWhereTheBackendDoes) {
    const TwoServices two(20, 20);
    Durations durations = test_durations();
    durations.granularity = Granularity::kGpu;
    durations.apply = std::chrono::seconds(80);
    const Way found =
        way(two, two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b"),
            two.deployment().gpu("g").on("1g", 0, "a").on("1g", 1, "a").on("2g", 2, "b"), {},
            durations);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.spares, 1) << "its future moves to another GPU";
    const auto created = std::ranges::count(found.graph.steps, kCreate, &Step::kind);
    EXPECT_EQ(created, 0);
    EXPECT_GE(std::ranges::count(found.graph.steps, kApply, &Step::kind), 1);
    EXPECT_TRUE(deployment::check(two.problem, found.reached).ok());
}

// a and b swap places, and a third place is free, which c is to get: one of the two takes it.
TEST(Way, ServicesExchangeEqualInstances) {
    test::SmallProblem small = TwoServices::make(20, 20, std::nullopt);
    small.service("c", "ma", 20, 100);
    const TwoServices two(small);
    const SmallDeployment now = two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b");
    const SmallDeployment then =
        two.deployment().gpu("g").on("2g", 0, "b").on("2g", 2, "a").on("2g", 4, "c");
    WayOptions options = without_spares();
    EXPECT_FALSE(way(two, now, then, options).found);
    options.exchange = true;
    const Way found = way(two, now, then, options);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.temporaries, 0);
    EXPECT_TRUE(deployment::check(two.problem, found.reached).ok());
}

// Two services swap whole GPUs but for a replica each that stays: only if it may move is there a
// way with whole layouts.
TEST(Way, WhatStaysMovesIfItMay) {
    const TwoServices two(60, 60);
    Durations durations = test_durations();
    durations.granularity = Granularity::kGpu;
    durations.apply = std::chrono::seconds(80);
    const SmallDeployment now = two.deployment()
                                    .gpu("g")
                                    .on("3g", 0, "a")
                                    .on("3g", 4, "a")
                                    .gpu("h")
                                    .on("3g", 0, "b")
                                    .on("3g", 4, "b");
    const SmallDeployment then = two.deployment()
                                     .gpu("g")
                                     .on("3g", 0, "a")
                                     .on("3g", 4, "b")
                                     .gpu("h")
                                     .on("3g", 0, "a")
                                     .on("3g", 4, "b");
    EXPECT_FALSE(way(two, now, then, {}, durations).found);
    WayOptions options;
    options.move_kept = true;
    const Way found = way(two, now, then, options, durations);
    ASSERT_TRUE(found.found);
    EXPECT_LT(found.kept, 2);
    EXPECT_GT(found.restart, found.target_restart);
    EXPECT_TRUE(deployment::check(two.problem, found.reached).ok());
}

TEST(Way, TheSameForTheSameSeed) {
    const TwoServices two(35, 35);
    const SmallDeployment now =
        two.deployment().gpu("g").on("3g", 0, "a").on("2g", 4, "b").gpu("h").on("3g", 0, "b");
    const SmallDeployment then =
        two.deployment().gpu("g").on("2g", 0, "b").on("3g", 4, "a").gpu("h").on("3g", 4, "b");
    const Way one = way(two, now, then);
    const Way other = way(two, now, then);
    EXPECT_EQ(one.graph.arcs, other.graph.arcs);
    EXPECT_EQ(one.makespan, other.makespan);
}

}  // namespace
}  // namespace tangram::transition
