#include "window/baseline/astraea.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_window.h"

namespace tangram::window::baseline {
namespace {

using test::per_second;
using test::SmallWindow;
using test::worth;
using testing::SizeIs;

Outcome planned(const Window& window) { return make_astraea()->plan(window, {}).value(); }

TEST(Astraea, TakesTheLeastComputeThatServesAll) {
    SmallWindow w("A30", 10);
    w.tenant("a", 150, 2).tenant("b", 60, 1);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(150, 0.5, 8) + worth(60, 0.5, 9));
    int slices = 0;
    for (const Stint& stint : outcome.schedule->stints) {
        slices += w.window.model(KindId{0}).profiles[stint.placement.profile].compute_slices;
    }
    EXPECT_EQ(slices, 3);
}

TEST(Astraea, CreatesForALoadItSeesComing) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100, 2).runs("a", "1g.6gb", 0);
    for (std::size_t t = 5; t < 10; ++t) w.last().rates[t] = per_second(200);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(100, 0.5, 5) + worth(200, 0.5, 5));
    ASSERT_THAT(outcome.schedule->stints, SizeIs(2));
    EXPECT_EQ(outcome.schedule->stints[1].from, 3);
}

TEST(Astraea, ALoadThatFallsLeavesItsInstancesAlone) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 2).runs("a", "4g.24gb", 0);
    for (std::size_t t = 5; t < 10; ++t) w.last().rates[t] = per_second(50);
    EXPECT_THAT(planned(w.window).schedule->stints, SizeIs(1));
}

TEST(Astraea, RetrainsInIdleSlices) {
    SmallWindow w("A30", 20);
    w.tenant("a", 200, 2).retraining("2g.12gb", 5, 0.9).runs("a", "2g.12gb", 0);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(200, 0.5, 5) + worth(200, 0.9, 15));
    EXPECT_EQ(outcome.schedule->stints[1].use, Use::kRetrain);
    EXPECT_EQ(outcome.schedule->stints[1].placement.start, 2);
}

TEST(Astraea, RetrainsOnlyIfThatPays) {
    SmallWindow w("A30", 20);
    w.tenant("a", 400).retraining("4g.24gb", 10, 0.9);
    // 10 slots without service for 10 slots at 0.9 instead of 0.5: 4000 lost, 4000 x 0.8 won.
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 20));
    w.last().retrainings[0].slots = 5;
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.9, 15));
}

TEST(Astraea, KeepsARetrainingThatRuns) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 1).runs("a", "2g.12gb", 2, Activity::kRetraining, 4, 0.9);
    w.retraining("2g.12gb", 1, 1.0);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(200, 0.5, 3) + worth(200, 0.9, 1) + worth(400, 0.9, 5));
}

}  // namespace
}  // namespace tangram::window::baseline
