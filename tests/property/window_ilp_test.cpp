// The mixed-integer program on random tiny windows: its schedules are legal and as good as brute
// force, its bounds hold, and a search that is cut short stays within both.
#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/soak.h"
#include "support/window_brute_force.h"
#include "window/ilp/ilp.h"

namespace tangram::window {
namespace {

using test::describe;
using test::random_window;
using test::window_brute_force;
using test::WindowShape;

void expect_optimal(const Window& window) {
    const auto optimum = window_brute_force(window);
    const auto outcome = ilp::IlpEngine().plan(window, {});
    ASSERT_TRUE(outcome.has_value());
    ASSERT_EQ(outcome->schedule.has_value(), optimum.has_value()) << describe(window);
    EXPECT_EQ(outcome->stop_reason, "proven") << describe(window);
    if (!optimum) {
        EXPECT_EQ(outcome->status, Status::kUnknown);
        return;
    }
    const Evaluation evaluation = evaluate(window, *outcome->schedule);
    ASSERT_TRUE(evaluation.violations.empty()) << evaluation.violations.front();
    EXPECT_EQ(evaluation.goodput, outcome->goodput);
    EXPECT_EQ(outcome->status, Status::kOptimal) << describe(window);
    EXPECT_LE(outcome->goodput, optimum->goodput) << describe(window);
    EXPECT_LE(static_cast<double>((optimum->goodput - outcome->goodput).count()),
              1e-6 * static_cast<double>(optimum->goodput.count()))
        << describe(window);
    EXPECT_GE(*outcome->bound, optimum->goodput) << describe(window);
}

TEST(WindowIlp, EqualsBruteForceOnOneSmallGpu) {
    const WindowShape shape{.slots_max = 6, .warm_up_max = 2};
    for (std::uint64_t seed = 0; seed < test::soaked(40); ++seed) {
        expect_optimal(random_window(seed, shape));
    }
}

TEST(WindowIlp, EqualsBruteForceWithFloorsAndWorseModels) {
    const WindowShape shape{.slots_max = 5, .places_max = 3, .floors = true, .worse = true};
    for (std::uint64_t seed = 100; seed < 140; ++seed) expect_optimal(random_window(seed, shape));
}

TEST(WindowIlp, EqualsBruteForceUnderOldRules) {
    const WindowShape shape{.models = {"A100-SXM4-80GB"}, .places_max = 5, .old_rules = true};
    for (std::uint64_t seed = 200; seed < 230; ++seed) expect_optimal(random_window(seed, shape));
}

TEST(WindowIlp, EqualsBruteForceOnGpusOfSeveralKinds) {
    const WindowShape shape{.models = {"A30", "A100-SXM4-80GB"},
                            .gpus_min = 2,
                            .gpus_max = 2,
                            .slots_max = 5,
                            .places_max = 3};
    for (std::uint64_t seed = 300; seed < 300 + test::soaked(15); ++seed) {
        expect_optimal(random_window(seed, shape));
    }
}

TEST(WindowIlp, CutShortItStaysBelowTheOptimumAndItsBoundAbove) {
    const WindowShape shape{.slots_max = 10, .profiles_max = 3, .places_max = 7, .floors = true};
    for (std::uint64_t seed = 400; seed < 424; ++seed) {
        const Window window = random_window(seed, shape);
        const auto whole = ilp::IlpEngine().plan(window, {});
        Options options;
        options.work_budget = 20'000 * (seed % 4);
        const auto cut = ilp::IlpEngine().plan(window, options);
        ASSERT_TRUE(whole && cut);
        if (cut->schedule) {
            ASSERT_TRUE(whole->schedule.has_value()) << describe(window);
            EXPECT_LE(cut->goodput, *whole->bound) << describe(window);
        }
        if (cut->bound && whole->schedule) {
            EXPECT_GE(*cut->bound, whole->goodput) << describe(window);
        }
    }
}

}  // namespace
}  // namespace tangram::window
