#include "window/summary.h"

#include <gtest/gtest.h>

#include "support/pair_window.h"

namespace tangram::window {
namespace {

TEST(Summary, AddsUpWhatComparesSchedules) {
    const test::SmallWindow w = test::pair();
    const Evaluation evaluation = evaluate(w.window, w.schedule);
    ASSERT_TRUE(evaluation.violations.empty()) << evaluation.violations.front();
    const Summary summary = summarise(w.window, evaluation);
    // The first serves 4 x 300 at 0.9; the second 8 x 100 and 2 x 100 at 0.5; of 2 x 4,000.
    EXPECT_EQ(evaluation.goodput, test::worth(1'200, 0.9) + test::worth(1'000, 0.5));
    EXPECT_EQ(summary.served, test::share(0.275));
    EXPECT_EQ(summary.accuracy, Share{718'181});
    EXPECT_EQ(summary.retrained, 1);
    // The first waits in 4 and 5, the second in 0, 1 and 4 to 6.
    EXPECT_EQ(summary.switching_slots, 7);
    EXPECT_EQ(summary.switching_loss, test::worth(300, 0.9, 2) + test::worth(100, 0.5, 5));
}

TEST(Summary, OfNothingServedAndOfNothingAsked) {
    test::SmallWindow w = test::pair();
    EXPECT_EQ(summarise(w.window, evaluate(w.window, {})).served, Share{0});
    EXPECT_EQ(summarise(w.window, evaluate(w.window, {})).accuracy, Share{0});
    for (const TenantId id : w.window.tenants.ids()) w.window.tenants[id].rates.assign(10, Rate{});
    EXPECT_EQ(summarise(w.window, evaluate(w.window, w.schedule)).served, Share{kSharePerOne});
}

TEST(SplitSwitching, IsInProportionToTheWarmUp) {
    using std::chrono::seconds;
    const Switching switching{seconds{1}, seconds{0}, seconds{1}, seconds{5}, seconds{1}};
    const Switching split = split_switching(switching, seconds{2}, 8);
    EXPECT_EQ(split.drain, seconds{2});
    EXPECT_EQ(split.destroy, seconds{0});
    EXPECT_EQ(split.load, seconds{10});
    EXPECT_EQ(split.sum(), seconds{16});
    EXPECT_EQ(split_switching({}, seconds{2}, 8).sum(), seconds{0});
}

}  // namespace
}  // namespace tangram::window
