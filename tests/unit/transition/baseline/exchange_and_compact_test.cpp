#include "transition/baseline/exchange_and_compact.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/replay.h"
#include "swap.h"

namespace tangram::transition::baseline {
namespace {

using std::chrono::seconds;
using test::Deploy;
using test::simple_durations;
using test::Swap;

Result<BaselineWay> go(const workload::Problem& problem, const Deploy& now, const Deploy& then,
                       Granularity granularity = Granularity::kInstance,
                       Pace pace = Pace::kParallel, Room room = Room::kFreeSlices) {
    return exchange_and_compact(problem, now.get(), then.get(), simple_durations(granularity), pace,
                                room);
}

void expect_safe(const BaselineWay& way, const Deploy& now, const Deploy& then) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const test::Replay replay = test::replay(now.get(), way.graph, seed);
        ASSERT_TRUE(replay.faults.empty()) << replay.faults.front();
        EXPECT_EQ(replay.reached, test::contents(then.get()));
        EXPECT_TRUE(test::broken_floors(way.graph, replay).empty());
        EXPECT_LE(replay.gpus_most, way.graph.gpus_at_most);
    }
}

std::ptrdiff_t count(const StepGraph& graph, StepKind kind) {
    return std::ranges::count(graph.steps.raw(), kind, &Step::kind);
}

TEST(ExchangeAndCompact, SwapsOverAnExtraGpu) {
    const Swap swap;
    const auto way = go(swap.problem, swap.now, swap.then);
    ASSERT_TRUE(way) << way.error().text();
    expect_safe(*way, swap.now, swap.then);
    EXPECT_EQ(way->figures.spares, 1);
    EXPECT_EQ(way->figures.started, 3);
    EXPECT_EQ(way->figures.temporaries, 1);
    EXPECT_EQ(way->figures.restarted_slices, 21);
    EXPECT_EQ(way->figures.restart.count(), 3 * 7 * 10 * planner::kSliceTimePerSecond);
    EXPECT_EQ(way->figures.lowest, Share{kSharePerOne});
    // Two starts and drains, one after another, and the third.
    EXPECT_EQ(way->figures.makespan, seconds(33));
    // Only the extra GPU's instance is new: the others are taken over.
    EXPECT_EQ(count(way->graph, StepKind::kCreate), 1);
}

TEST(ExchangeAndCompact, MovesLayoutsAsAWhole) {
    const Swap swap;
    const auto way = go(swap.problem, swap.now, swap.then, Granularity::kGpu);
    ASSERT_TRUE(way) << way.error().text();
    expect_safe(*way, swap.now, swap.then);
    EXPECT_EQ(way->figures.spares, 1);
    EXPECT_EQ(way->figures.started, 3);
    EXPECT_EQ(count(way->graph, StepKind::kCreate), 0);
    // The extra GPU is cut and given back as it is; the others keep their layouts.
    EXPECT_EQ(count(way->graph, StepKind::kApply), 1);
}

TEST(ExchangeAndCompact, OneByOneIsNoFaster) {
    Swap swap;
    swap.now.put("gpu-2", "3g", 0, "a").put("gpu-3", "3g", 0, "b");
    swap.then.put("gpu-2", "3g", 4, "a").put("gpu-3", "3g", 4, "b");
    const auto parallel = go(swap.problem, swap.now, swap.then);
    const auto slow =
        go(swap.problem, swap.now, swap.then, Granularity::kInstance, Pace::kOneByOne);
    ASSERT_TRUE(parallel && slow);
    expect_safe(*parallel, swap.now, swap.then);
    expect_safe(*slow, swap.now, swap.then);
    EXPECT_EQ(slow->figures.restart, parallel->figures.restart);
    EXPECT_EQ(slow->figures.makespan, seconds(5 * 11));
    EXPECT_LT(parallel->figures.makespan, slow->figures.makespan);
}

TEST(ExchangeAndCompact, TakesFreeSlicesOrExtraGpus) {
    Swap swap;
    // Two 3g change places on gpu-2; gpu-3 has room for one of them.
    swap.now.put("gpu-2", "3g", 0, "a").put("gpu-2", "3g", 4, "b").put("gpu-3", "1g", 6, "a");
    swap.then.put("gpu-2", "3g", 0, "b").put("gpu-2", "3g", 4, "a").put("gpu-3", "1g", 6, "a");
    swap.then.edit().gpus[GpuIndex{0}] = swap.now.get().gpus[GpuIndex{0}];
    swap.then.edit().gpus[GpuIndex{1}] = swap.now.get().gpus[GpuIndex{1}];
    const auto tight = go(swap.problem, swap.now, swap.then);
    const auto roomy = go(swap.problem, swap.now, swap.then, Granularity::kInstance,
                          Pace::kParallel, Room::kExtraGpus);
    ASSERT_TRUE(tight && roomy);
    expect_safe(*tight, swap.now, swap.then);
    expect_safe(*roomy, swap.now, swap.then);
    EXPECT_EQ(tight->figures.spares, 0);
    EXPECT_EQ(roomy->figures.spares, 1);
}

TEST(ExchangeAndCompact, RefusesWhatItCannotStartFrom) {
    Swap swap;
    EXPECT_FALSE(go(swap.problem, swap.now, swap.then, Granularity::kNode));
    Swap less;
    less.then.edit().gpus[GpuIndex{0}].instances.clear();  // nobody serves b
    EXPECT_FALSE(go(less.problem, less.now, less.then));
    EXPECT_FALSE(go(less.problem, less.now, less.then, Granularity::kGpu));
    swap.now.edit().gpus[GpuIndex{0}].instances[0].phase = deployment::Phase::kStarting;
    EXPECT_FALSE(go(swap.problem, swap.now, swap.then));
}

TEST(ExchangeAndCompact, CutsIdleInstancesAsAsked) {
    Swap swap;
    swap.now.put("gpu-2", "3g", 0);
    swap.then.put("gpu-2", "3g", 4).put("gpu-2", "1g", 0);
    for (const Granularity granularity : {Granularity::kInstance, Granularity::kGpu}) {
        const auto way = go(swap.problem, swap.now, swap.then, granularity);
        ASSERT_TRUE(way) << way.error().text();
        expect_safe(*way, swap.now, swap.then);
    }
}

}  // namespace
}  // namespace tangram::transition::baseline
