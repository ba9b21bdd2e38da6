#include "window/baseline/ekya.h"

#include <gtest/gtest.h>

#include <numeric>

#include "support/small_window.h"
#include "window/baseline/share_curve.h"

namespace tangram::window::baseline {
namespace {

using test::per_second;
using test::share;
using test::SmallWindow;
using test::worth;

Outcome planned(const Window& window, Share interference = Share{}) {
    return make_ekya({.interference = interference})->plan(window, {}).value();
}

TEST(ShareCurve, IsLinearBetweenProfilesAndLevelBeyond) {
    ShareCurve curve;
    EXPECT_EQ(curve.at(share(0.5)), 0);
    curve.add(share(0.5), 300);
    curve.add(share(0.25), 200);
    curve.add(share(0.75), 250);
    EXPECT_EQ(curve.at(share(0)), 0);
    EXPECT_EQ(curve.at(share(0.125)), 100);
    EXPECT_EQ(curve.at(share(0.25)), 200);
    EXPECT_EQ(curve.at(share(0.375)), 250);
    EXPECT_EQ(curve.at(share(0.75)), 300) << "no slower than a smaller part";
    EXPECT_EQ(curve.at(share(1)), 300);
    curve.add(share(0.25), 280);
    EXPECT_EQ(curve.at(share(0.25)), 280);
}

TEST(ShareCurve, OneNameIsOneRetrainingOnAnyShare) {
    SmallWindow w("A30", 10);
    w.tenant("a", 100).retraining("1g.6gb", 8, 0.9).retraining("2g.12gb", 4, 0.9);
    w.retraining("4g.24gb", 5, 0.8);
    const auto ways = share_retrainings(w.window, w.last());
    ASSERT_EQ(ways.size(), 2U);
    EXPECT_EQ(ways[0].speed.at(share(0.25)), kRetrainingWork / 8);
    EXPECT_EQ(ways[0].speed.at(share(0.375)), kRetrainingWork * 3 / 16);
    EXPECT_EQ(ways[1].speed.at(share(0.5)), kRetrainingWork / 10);
}

TEST(Ekya, AloneOnAGpuItHasEverything) {
    SmallWindow w("A30", 10);
    w.tenant("a", 500, 3);
    const Outcome outcome = planned(w.window, share(0.5));
    EXPECT_EQ(outcome.goodput, worth(400, 0.5, 10)) << "no warm-up, nobody to interfere";
    EXPECT_FALSE(outcome.schedule);
    EXPECT_FALSE(outcome.bound);
}

TEST(Ekya, ThievesTakeWhatServesMore) {
    SmallWindow w("A30", 10);
    w.tenant("a", 280).tenant("b", 120);
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 10)) << "a fair start serves 320";
    EXPECT_EQ(planned(w.window, share(0.1)).goodput, worth(360, 0.5, 10));
}

TEST(Ekya, RetrainsOnASpareShareAndDividesAnewAtItsEnd) {
    SmallWindow w("A30", 20);
    w.tenant("a", 400).retraining("2g.12gb", 5, 0.9);
    const Outcome outcome = planned(w.window);
    const TenantAccount& account = outcome.evaluation.tenants[TenantId{0}];
    EXPECT_EQ(account.accuracy.front(), share(0.5));
    EXPECT_EQ(account.accuracy.back(), share(0.9));
    EXPECT_EQ(account.capacity.back(), per_second(400));
    EXPECT_LT(account.capacity.front(), per_second(400));
    EXPECT_GT(outcome.goodput, worth(400, 0.5, 20));
    Goodput sum;
    for (std::size_t t = 0; t < 20; ++t) {
        EXPECT_EQ(account.served[t], std::min(account.capacity[t], per_second(400)));
        sum += Goodput{account.served[t].count() * account.accuracy[t].count()};
    }
    EXPECT_EQ(sum, outcome.goodput);
}

TEST(Ekya, KeepsARetrainingThatRuns) {
    SmallWindow w("A30", 20);
    w.tenant("a", 200).runs("a", "2g.12gb", 2, Activity::kRetraining, 4, 0.9);
    // The fair start is what ran before; nothing is short and half a GPU is as fast as it gets.
    EXPECT_EQ(planned(w.window).goodput, worth(200, 0.5, 4) + worth(200, 0.9, 16));
}

TEST(Ekya, SeveralProcessesWhereSmallPartsServeMore) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400);
    w.last().capacity[KindId{0}][w.number_of("4g.24gb")] = per_second(250);
    EXPECT_EQ(planned(w.window).goodput, worth(400, 0.5, 10));
    const auto one = make_ekya({.processes_max = 1});
    EXPECT_EQ(one->plan(w.window, {}).value().goodput, worth(250, 0.5, 10));
}

}  // namespace
}  // namespace tangram::window::baseline
