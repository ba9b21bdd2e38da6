#include "transition/baseline/drain_and_rebuild.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/replay.h"
#include "swap.h"

namespace tangram::transition::baseline {
namespace {

TEST(DrainAndRebuild, EmptiesWhatChangesAndLetsServicesDown) {
    test::Swap swap;
    swap.now.put("gpu-2", "1g", 0, "a");  // stays as it is
    swap.then.put("gpu-2", "1g", 0, "a");
    const auto way =
        drain_and_rebuild(swap.problem, swap.now.get(), swap.then.get(), test::simple_durations());
    ASSERT_TRUE(way) << way.error().text();
    const test::Replay replay = test::replay(swap.now.get(), way->graph, 1);
    EXPECT_TRUE(replay.faults.empty());
    EXPECT_EQ(replay.reached, test::contents(swap.then.get()));
    EXPECT_EQ(way->figures.started, 2);
    EXPECT_EQ(way->figures.spares, 0);
    EXPECT_EQ(way->figures.lowest, Share{0});  // of b
    EXPECT_EQ(way->figures.lowest_service, "b");
    EXPECT_EQ(way->figures.makespan, std::chrono::seconds(11));
}

TEST(DrainAndRebuild, AcquiresAndReleases) {
    const test::Swap swap;
    test::Deploy then(swap.problem);
    then.put("gpu-0", "7g", 0, "a").put("gpu-7", "7g", 0, "b");
    for (const Granularity granularity : {Granularity::kInstance, Granularity::kGpu}) {
        const auto way = drain_and_rebuild(swap.problem, swap.now.get(), then.get(),
                                           test::simple_durations(granularity));
        ASSERT_TRUE(way) << way.error().text();
        const test::Replay replay = test::replay(swap.now.get(), way->graph, 1);
        EXPECT_TRUE(replay.faults.empty());
        EXPECT_EQ(replay.reached, test::contents(then.get()));
        EXPECT_EQ(way->figures.gpus_at_most, 3);
        EXPECT_EQ(way->figures.spares, 1);  // gpu-7 while gpu-1 drains
        const bool whole = granularity == Granularity::kGpu;
        EXPECT_EQ(std::ranges::count(way->graph.steps.raw(), StepKind::kApply, &Step::kind),
                  whole ? 1 : 0)
            << "what is given back stays cut as it is";
    }
}

}  // namespace
}  // namespace tangram::transition::baseline
