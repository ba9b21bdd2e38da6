#include "window/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/small_window.h"
#include "window/evaluate.h"

namespace tangram::window {
namespace {

using test::share;
using test::SmallWindow;

TEST(SortStints, ByBeginningGpuPlaceAndEnd) {
    SmallWindow w("A30", 10, 2);
    w.tenant("a", 100);
    w.serves("a", "1g.6gb", 1, 4, 4, 6);
    w.serves("a", "1g.6gb", 0, 4, 4, 6);
    w.serves("a", "1g.6gb", 3, 0, 0, 9).gpu = GpuId{1};
    w.serves("a", "1g.6gb", 3, 0, 0, 8);
    w.serves("a", "1g.6gb", 3, 0, 0, 7);
    const auto stints = w.schedule.stints;
    sort_stints(w.schedule);
    EXPECT_EQ(w.schedule.stints,
              (std::vector{stints[4], stints[3], stints[2], stints[1], stints[0]}));
}

// a serves from slot 2 on, retrains in [3, 7), and its second instance comes late; b's creation
// goes on, and so does its retraining beyond the window.
SmallWindow busy() {
    SmallWindow w("A30", 10, 2);
    w.tenant("a", 300, 2).retraining("2g.12gb", 4, 0.8).tenant("b", 100, 3);
    w.runs("b", "1g.6gb", 1, Activity::kCreating, 3);
    w.runs("b", "2g.12gb", 2, Activity::kRetraining, 12, 0.9);
    w.window.running[1].gpu = GpuId{1};
    w.continues(0, 8);
    w.continues(1, 10);
    w.serves("a", "1g.6gb", 0, 0, 2, 5);
    w.retrains("a", "2g.12gb", 2, 3, 7);
    w.serves("a", "1g.6gb", 0, 5, 9, 10);
    return w;
}

Running running(const SmallWindow& w, std::size_t stint, Activity activity, int left,
                Share accuracy = {}) {
    const Stint& from = w.schedule.stints[stint];
    return {from.gpu, from.placement, from.tenant, activity, left, accuracy};
}

MATCHER_P(IsRunning, expected, "") {
    return arg.gpu == expected.gpu && arg.placement == expected.placement &&
           arg.tenant == expected.tenant && arg.activity == expected.activity &&
           arg.left == expected.left && arg.accuracy == expected.accuracy;
}

TEST(RunningAt, TheStartIsWhatTheScheduleContinues) {
    const SmallWindow w = busy();
    const auto at = running_at(w.window, w.schedule, 0);
    ASSERT_EQ(at.size(), 2U);
    EXPECT_THAT(at[0], IsRunning(w.window.running[0]));
    EXPECT_THAT(at[1], IsRunning(w.window.running[1]));
}

TEST(RunningAt, TellsWhoWaitsForWhat) {
    const SmallWindow w = busy();
    ASSERT_THAT(evaluate(w.window, w.schedule).violations, testing::IsEmpty());
    const auto at_1 = running_at(w.window, w.schedule, 1);
    ASSERT_EQ(at_1.size(), 3U);
    EXPECT_THAT(at_1[0], IsRunning(running(w, 0, Activity::kCreating, 2)));
    EXPECT_THAT(at_1[1], IsRunning(running(w, 1, Activity::kRetraining, 11, share(0.9))));
    EXPECT_THAT(at_1[2], IsRunning(running(w, 2, Activity::kCreating, 1)));
    const auto at_5 = running_at(w.window, w.schedule, 5);
    ASSERT_EQ(at_5.size(), 3U) << "one has ended at 5, one begins there";
    EXPECT_THAT(at_5[0], IsRunning(running(w, 0, Activity::kServing, 0)));
    EXPECT_THAT(at_5[2], IsRunning(running(w, 3, Activity::kRetraining, 2, share(0.8))));
}

TEST(RunningAt, AnInstanceCouldServeBeforeItIsWanted) {
    const SmallWindow w = busy();
    EXPECT_THAT(running_at(w.window, w.schedule, 6).back(),
                IsRunning(running(w, 4, Activity::kCreating, 1)));
    EXPECT_THAT(running_at(w.window, w.schedule, 8).back(),
                IsRunning(running(w, 4, Activity::kServing, 0)));
}

TEST(RunningAt, TheEndOfTheWindowEndsOnlyRetrainings) {
    SmallWindow w = busy();
    auto at_end = running_at(w.window, w.schedule, 10);
    ASSERT_EQ(at_end.size(), 2U);
    EXPECT_THAT(at_end[0], IsRunning(running(w, 1, Activity::kRetraining, 2, share(0.9))));
    EXPECT_THAT(at_end[1], IsRunning(running(w, 4, Activity::kServing, 0)));
    w.window.running[1].left = 10;
    at_end = running_at(w.window, w.schedule, 10);
    ASSERT_EQ(at_end.size(), 1U);
}

// Following a schedule piece by piece is worth what it is worth in one piece.
TEST(RunningAt, TheRestOfTheWindowIsWorthTheRestOfTheGoodput) {
    const SmallWindow w = busy();
    const Evaluation whole = evaluate(w.window, w.schedule);
    for (int cut = 1; cut < 10; ++cut) {
        Window rest = w.window;
        rest.slots -= cut;
        rest.running = running_at(w.window, w.schedule, cut);
        for (const TenantId id : rest.tenants.ids()) {
            Tenant& tenant = rest.tenants[id];
            tenant.rates.erase(tenant.rates.begin(), tenant.rates.begin() + cut);
            tenant.accuracy = whole.tenants[id].accuracy[static_cast<std::size_t>(cut)];
        }
        Schedule schedule;
        for (Stint stint : w.schedule.stints) {
            if (stint.until <= cut) continue;
            const auto same = [&](const Running& there) {
                return there.gpu == stint.gpu && there.placement == stint.placement;
            };
            const auto there = std::ranges::find_if(rest.running, same);
            if (stint.from < cut) {
                ASSERT_NE(there, rest.running.end());
                stint.running = static_cast<std::size_t>(there - rest.running.begin());
                stint.retraining.reset();
                stint.ready = stint.use == Use::kServe ? there->left : 0;
                stint.from = 0;
            } else {
                stint.from -= cut;
                stint.ready -= cut;
            }
            stint.until -= cut;
            schedule.stints.push_back(stint);
        }
        const Evaluation part = evaluate(rest, schedule);
        EXPECT_THAT(part.violations, testing::IsEmpty()) << "cut at " << cut;
        Goodput expected;
        for (const TenantAccount& account : whole.tenants) {
            for (auto t = static_cast<std::size_t>(cut); t < 10; ++t) {
                expected += Goodput{account.served[t].count() * account.accuracy[t].count()};
            }
        }
        // The late instance may serve as soon as it can in the rest, so there may be more.
        EXPECT_GE(part.goodput, expected) << "cut at " << cut;
        if (cut <= 5) {
            EXPECT_EQ(part.goodput, expected) << "cut at " << cut;
        }
    }
}

}  // namespace
}  // namespace tangram::window
