#include "window/baseline/stints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_window.h"
#include "window/evaluate.h"

namespace tangram::window::baseline {
namespace {

using test::share;
using test::SmallWindow;
using testing::IsEmpty;
using testing::SizeIs;

constexpr GpuId kGpu{0};
constexpr TenantId kA{0};

TEST(Stints, WarmsUpAndKeepsWhatRuns) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100, 3).runs("a", "1g.6gb", 0).runs("a", "1g.6gb", 1, Activity::kCreating, 2);
    Stints stints(w.window);
    for (const int start : {0, 1, 2}) stints.serve(kGpu, w.at("1g.6gb", start), kA, 0, 10);
    const Schedule schedule = std::move(stints).finish();
    ASSERT_THAT(schedule.stints, SizeIs(3));
    EXPECT_EQ(schedule.stints[0].ready, 0);
    EXPECT_EQ(schedule.stints[0].running, 0U);
    EXPECT_EQ(schedule.stints[1].ready, 2);
    EXPECT_EQ(schedule.stints[1].running, 1U);
    EXPECT_EQ(schedule.stints[2].ready, 3);
    EXPECT_FALSE(schedule.stints[2].running);
    EXPECT_THAT(evaluate(w.window, schedule).violations, IsEmpty());
}

TEST(Stints, LeavesOutWhatNeverServes) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100, 3).runs("a", "1g.6gb", 0);
    Stints stints(w.window);
    stints.serve(kGpu, w.at("1g.6gb", 0), kA, 0, 0);
    stints.serve(kGpu, w.at("1g.6gb", 0), kA, 4, 7);
    EXPECT_THAT(std::move(stints).finish().stints, IsEmpty());
}

TEST(Stints, ARetrainingThatRunsGoesOn) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100, 1).retraining("2g.12gb", 3, 0.9);
    w.tenant("b", 100, 1).runs("b", "2g.12gb", 2, Activity::kRetraining, 4, 0.8);
    Stints stints(w.window);
    stints.retrain(kGpu, w.at("2g.12gb", 0), kA, 0, 2);
    stints.serve(kGpu, w.at("2g.12gb", 2), TenantId{1}, 4, 10);
    const Schedule schedule = std::move(stints).finish();
    ASSERT_THAT(schedule.stints, SizeIs(3));
    EXPECT_EQ(schedule.stints[0].until, 4);
    EXPECT_EQ(schedule.stints[1].until, 5);
    EXPECT_THAT(evaluate(w.window, schedule).violations, IsEmpty());
    EXPECT_EQ(ongoing_retraining(w.window, TenantId{1})->left, 4);
    EXPECT_FALSE(ongoing_retraining(w.window, kA));
}

}  // namespace
}  // namespace tangram::window::baseline
