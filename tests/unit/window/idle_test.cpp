#include "window/idle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

#include "support/random_window.h"
#include "window/engine.h"

namespace tangram::window {
namespace {

TEST(WithoutIdle, IsWorthTheSameAndNothingMoreCanGo) {
    int dropped = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Window window = test::random_window(seed);
        for (const std::string_view engine : {"static", "astraea"}) {
            const auto outcome = make_engine(engine)->plan(window, {});
            ASSERT_TRUE(outcome.has_value() && outcome->schedule.has_value());
            const Schedule kept = without_idle(window, *outcome->schedule);
            const Evaluation evaluation = evaluate(window, kept);
            EXPECT_EQ(evaluation.goodput, outcome->goodput) << "seed " << seed;
            EXPECT_EQ(evaluation.violations, outcome->evaluation.violations);
            EXPECT_EQ(without_idle(window, kept).stints.size(), kept.stints.size());
            dropped += static_cast<int>(outcome->schedule->stints.size() - kept.stints.size());
        }
    }
    EXPECT_GT(dropped, 0);
}

}  // namespace
}  // namespace tangram::window
