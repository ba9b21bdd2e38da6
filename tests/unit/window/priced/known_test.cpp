#include "window/priced/known.h"

#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/window_brute_force.h"
#include "window/priced/priced.h"

namespace tangram::window::priced {
namespace {

TEST(KnownSchedule, AsAFleetIsWorthTheSame) {
    const test::WindowShape shapes[] = {
        {.worse = true},
        {.models = {"A100-SXM4-40GB"}, .slots_max = 5, .profiles_max = 3, .old_rules = true}};
    int fleets = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const Window window = test::random_window(seed, shapes[seed % 2]);
        const auto optimum = test::window_brute_force(window);
        const Question question = make_question(window).value();
        const std::optional<Fleet> fleet = fleet_of(question, optimum->schedule);
        // A GPU of a fleet never does at two times what rules forbid at one.
        EXPECT_TRUE(fleet || !window.rules.forbidden_together.empty()) << seed;
        if (!fleet) continue;
        ++fleets;
        EXPECT_EQ(fleet->worth(), static_cast<double>(optimum->goodput.count())) << seed;
        EXPECT_EQ(evaluate(window, fleet->schedule()).goodput, optimum->goodput) << seed;
    }
    EXPECT_GE(fleets, 25);
}

TEST(KnownSchedule, OnSlicesThatNoTreeHasIsNoFleet) {
    const Window window = test::random_window(1, {.running = false});
    const Question question = make_question(window).value();
    Schedule schedule = make_engine()->plan(window, {}).value().schedule.value();
    ASSERT_FALSE(schedule.stints.empty());
    schedule.stints.front().placement.start = 17;
    EXPECT_FALSE(fleet_of(question, schedule).has_value());
}

}  // namespace
}  // namespace tangram::window::priced
