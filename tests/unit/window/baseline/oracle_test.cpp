#include "window/baseline/oracle.h"

#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/small_window.h"
#include "support/soak.h"
#include "support/window_brute_force.h"
#include "window/baseline/oracle_boxes.h"
#include "window/baseline/oracle_prices.h"

namespace tangram::window::baseline {
namespace {

using test::per_second;
using test::random_window;
using test::share;
using test::SmallWindow;
using test::window_brute_force;
using test::WindowShape;
using test::worth;

Outcome planned(const Window& window) { return make_oracle()->plan(window, {}).value(); }

TEST(Oracle, SwitchesForNothing) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 3).tenant("b", 0, 3);
    for (std::size_t t = 0; t < 10; t += 2) {
        w.window.tenants[TenantId{0}].rates[t] = Rate{};
        w.window.tenants[TenantId{1}].rates[t] = per_second(400);
    }
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(400, 0.5, 10));
    EXPECT_EQ(outcome.bound, outcome.goodput);
    EXPECT_FALSE(outcome.schedule);
}

TEST(Oracle, ARetrainingTakesItsTime) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 3).retraining("2g.12gb", 4, 0.9);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(200, 0.5, 4) + worth(400, 0.9, 6));
    EXPECT_EQ(outcome.bound, outcome.goodput);
}

TEST(Oracle, ARetrainingWaitsForALull) {
    SmallWindow w("A30", 40);
    w.tenant("a", 400).retraining("4g.24gb", 5, 0.6);
    for (std::size_t t = 20; t < 25; ++t) w.last().rates[t] = Rate{};
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(400, 0.5, 20) + worth(400, 0.6, 15));
    EXPECT_EQ(outcome.bound, outcome.goodput);
}

TEST(Oracle, RetrainingsThatDoNotFitTogetherWait) {
    SmallWindow w("A30", 20);
    w.tenant("a", 100).retraining("4g.24gb", 3, 1.0);
    w.tenant("b", 100).retraining("4g.24gb", 3, 1.0);
    // One after the other: nobody is served for six slots.
    EXPECT_EQ(planned(w.window).goodput, worth(200, 1.0, 14));
}

TEST(Oracle, AWorseModelThatComesAnywayIsCounted) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400).runs("a", "2g.12gb", 0, Activity::kRetraining, 4, 0.1);
    const Outcome outcome = planned(w.window);
    EXPECT_EQ(outcome.goodput, worth(200, 0.5, 4) + worth(400, 0.1, 6));
    EXPECT_EQ(outcome.bound, outcome.goodput);
}

TEST(Oracle, BothBoundsAreAboveEveryOptimum) {
    for (std::uint64_t seed = 0; seed < 15; ++seed) {
        const Window window = random_window(seed, {.slots_min = 5, .slots_max = 7, .worse = true});
        const auto optimum = window_brute_force(window);
        ASSERT_TRUE(optimum);
        const Options options;
        Effort effort(options);
        const auto boxes = search_boxes(window, effort);
        ASSERT_TRUE(boxes);
        EXPECT_GE(boxes->bound, optimum->goodput) << test::describe(window);
        EXPECT_EQ(boxes->bound, boxes->evaluation.goodput) << test::describe(window);
        EXPECT_GE(bound_by_prices(window, effort), boxes->bound) << test::describe(window);
    }
}

TEST(Oracle, IsTheOptimumWhereNothingWarmsUp) {
    for (std::uint64_t seed = 0; seed < test::soaked(20); ++seed) {
        const WindowShape shape{.slots_min = 4, .slots_max = 6, .warm_up_max = 0, .running = false};
        const Window window = random_window(seed, shape);
        EXPECT_EQ(planned(window).goodput, window_brute_force(window)->goodput)
            << test::describe(window);
    }
}

TEST(Oracle, SeveralGpusHaveABoundFromPrices) {
    SmallWindow w("A30", 10, 2);
    w.tenant("a", 500).tenant("b", 300);
    const Outcome outcome = planned(w.window);
    EXPECT_GE(*outcome.bound, worth(800, 0.5, 10));
    EXPECT_LE(*outcome.bound, worth(800, 0.5, 10) + worth(1, 0.5, 10));
    w.last().rates.assign(10, per_second(900));
    EXPECT_LE(*planned(w.window).bound, worth(810, 0.5, 10)) << "two GPUs serve 800";
}

}  // namespace
}  // namespace tangram::window::baseline
