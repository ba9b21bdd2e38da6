#include "window/priced/priced.h"

#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/small_window.h"
#include "support/soak.h"
#include "support/window_brute_force.h"
#include "unit/window/priced/three_gpus.h"

namespace tangram::window::priced {
namespace {

Outcome plan(const Window& window, const Options& options = {}) {
    return make_engine()->plan(window, options).value();
}

TEST(Priced, LiesWithItsBoundAroundTheOptimum) {
    const test::WindowShape shapes[] = {
        {.worse = true},
        {.models = {"A100-SXM4-40GB"}, .slots_max = 5, .profiles_max = 3, .old_rules = true},
        {.models = {"A30", "A100-SXM4-40GB"},
         .gpus_min = 2,
         .gpus_max = 2,
         .slots_max = 5,
         .profiles_max = 1,
         .places_max = 2}};
    double found = 0;
    double possible = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(60); ++seed) {
        const Window window = test::random_window(seed, shapes[seed % 3]);
        const auto optimum = test::window_brute_force(window);
        ASSERT_TRUE(optimum.has_value());
        const Outcome outcome = plan(window);
        ASSERT_TRUE(outcome.schedule.has_value()) << seed << "\n" << test::describe(window);
        EXPECT_TRUE(outcome.evaluation.violations.empty());
        EXPECT_EQ(evaluate(window, *outcome.schedule).goodput, outcome.goodput);
        EXPECT_LE(outcome.goodput, optimum->goodput) << seed;
        EXPECT_GE(*outcome.bound, optimum->goodput) << seed << "\n" << test::describe(window);
        found += static_cast<double>(outcome.goodput.count());
        possible += static_cast<double>(optimum->goodput.count());
    }
    EXPECT_GE(found, 0.99 * possible);
}

TEST(Priced, FloorsAreKeptOrThereIsNoSchedule) {
    int kept = 0;
    int possible = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(40); ++seed) {
        const Window window = test::random_window(seed, {.slots_max = 5, .floors = true});
        const auto optimum = test::window_brute_force(window);
        const Outcome outcome = plan(window);
        EXPECT_EQ(outcome.status == Status::kUnknown, !outcome.schedule.has_value());
        if (!optimum) {
            EXPECT_FALSE(outcome.schedule.has_value()) << seed;
            continue;
        }
        ++possible;
        EXPECT_GE(*outcome.bound, optimum->goodput) << seed << "\n" << test::describe(window);
        if (!outcome.schedule) continue;
        ++kept;
        EXPECT_LE(outcome.goodput, optimum->goodput) << seed;
        EXPECT_TRUE(outcome.evaluation.violations.empty());
    }
    EXPECT_GE(kept * 10, possible * 9);
}

TEST(Priced, ManyGpusManyTenantsLegally) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Window window = test::random_window(seed, {.models = {"A30", "A100-SXM4-40GB"},
                                                         .gpus_min = 3,
                                                         .gpus_max = 5,
                                                         .tenants_min = 4,
                                                         .tenants_max = 8,
                                                         .slots_min = 20,
                                                         .slots_max = 40,
                                                         .profiles_max = 5,
                                                         .places_max = 20,
                                                         .old_rules = true});
        const Outcome outcome = plan(window, {.work_budget = 30'000'000});
        ASSERT_TRUE(outcome.schedule.has_value());
        EXPECT_TRUE(outcome.evaluation.violations.empty());
        EXPECT_GE(*outcome.bound, outcome.goodput);
    }
}

TEST(Priced, SameSeedAndBudgetSameAnswer) {
    const Window window = three_gpus();
    const Outcome one = plan(window, {.work_budget = 20'000'000});
    const Outcome two = plan(window, {.work_budget = 20'000'000});
    EXPECT_EQ(one.schedule->stints, two.schedule->stints);
    EXPECT_EQ(one.bound, two.bound);
    EXPECT_EQ(one.work, two.work);
    EXPECT_TRUE(one.reproducible);
}

TEST(Priced, NeverEndsBelowAScheduleItKnows) {
    const Window window = three_gpus();
    const Outcome good = plan(window, {.work_budget = 400'000'000});
    const Outcome hasty = plan(window, {.work_budget = 1});
    ASSERT_GT(good.goodput, hasty.goodput);
    const Outcome knowing = plan(window, {.work_budget = 1, .known = {*good.schedule}});
    EXPECT_EQ(knowing.goodput, good.goodput);
    // It goes on from there.
    const Outcome better =
        plan(window,
             {.seed = 2, .work_budget = 400'000'000, .known = {*hasty.schedule, *good.schedule}});
    EXPECT_GE(better.goodput, good.goodput);
    EXPECT_TRUE(better.evaluation.violations.empty());
}

TEST(Priced, ABrokenScheduleIsNotBegunWith) {
    test::SmallWindow small("A30", 10);
    small.tenant("a", 100, 2);
    const Outcome good = plan(small.window);
    Schedule broken = *good.schedule;
    broken.stints.front().ready = 0;  // not warm yet
    const Outcome outcome = plan(small.window, {.known = {broken}});
    EXPECT_EQ(outcome.schedule->stints, good.schedule->stints);
}

TEST(Priced, AnEndlessSearchStopsWhenAsked) {
    test::SmallWindow small("A100-SXM4-40GB", 50, 2);
    for (const char* name : {"a", "b", "c"})
        small.tenant(name, 500, 3).retraining("3g.20gb", 9, 0.7);
    const Outcome outcome = plan(small.window, {.cancelled = [] { return true; }});
    EXPECT_EQ(outcome.stop_reason, "interrupted");
    EXPECT_FALSE(outcome.reproducible);
    EXPECT_TRUE(outcome.bound.has_value());
}

TEST(Priced, SaysHowMuchMemoryTooManySlotsTake) {
    test::SmallWindow small("A30", 20'000);
    small.tenant("a", 100);
    const auto outcome = make_engine()->plan(small.window, {});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(outcome.error().message.find("MiB"), std::string::npos);
}

TEST(Priced, ServesWhatOneInstanceServesAndProvesIt) {
    test::SmallWindow small("A30", 10);
    small.tenant("a", 100, 2);
    const Outcome outcome = plan(small.window);
    EXPECT_EQ(outcome.goodput, test::worth(100, 0.5, 8));
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.stop_reason, "proven");
}

}  // namespace
}  // namespace tangram::window::priced
