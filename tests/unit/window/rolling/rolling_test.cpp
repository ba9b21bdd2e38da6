#include "window/rolling/rolling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random_scenario.h"

namespace tangram::window::rolling {
namespace {

using test::random_scenario;
using test::RandomEngine;
using testing::IsEmpty;

constexpr std::uint64_t kSeeds = 60;

RunOptions perfect() {
    RunOptions options;
    options.forecast.method = forecast::Method::kPerfect;
    return options;
}

RunOptions everything_wrong() {
    RunOptions options;
    options.forecast.method = forecast::Method::kMovingAverage;
    options.forecast.noise = Share{300'000};
    options.forecast.lag = 2;
    options.bursts.missed = Share{500'000};
    options.error = {.slots_bias = Share{100'000},
                     .slots_noise = Share{400'000},
                     .accuracy_noise = Share{100'000},
                     .seed = 3};
    return options;
}

TEST(Rolling, PlannedOnceWithPerfectForecastsIsExecutedAsPlanned) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Scenario scenario = random_scenario(seed);
        RunOptions options = perfect();
        options.every = scenario.window_slots;
        const rolling::Run run = rolling::run(scenario, RandomEngine(), options).value();
        Goodput expected;
        for (const WindowRun& window : run.windows) {
            ASSERT_EQ(window.decisions.size(), 1U);
            expected += window.decisions[0].expected;
            EXPECT_EQ(window.evaluation.goodput, window.decisions[0].expected);
        }
        EXPECT_EQ(run.goodput, expected) << "seed " << seed;
    }
}

// If a new plan is followed only if it is better, nothing is lost against the first one.
TEST(Rolling, BetterPlansOnlyAreNeverWorseThanTheFirst) {
    int improved = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        RunOptions options = perfect();
        options.hysteresis = Share{};
        const rolling::Run run =
            rolling::run(random_scenario(seed), RandomEngine(), options).value();
        const WindowRun& first = run.windows.front();
        EXPECT_GE(first.evaluation.goodput, first.decisions[0].expected) << "seed " << seed;
        if (first.evaluation.goodput > first.decisions[0].expected) ++improved;
        EXPECT_GT(count(run, Verdict::kKept), 0U);
    }
    EXPECT_GT(improved, 0);
}

TEST(Rolling, WhatIsExecutedIsLegalWhateverIsBelieved) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Scenario scenario = random_scenario(seed);
        for (const int every : {1, 3, 100}) {
            RunOptions options = everything_wrong();
            options.every = every;
            options.error.seed = seed;
            const rolling::Run run = rolling::run(scenario, RandomEngine(), options).value();
            Goodput sum;
            for (const WindowRun& window : run.windows) {
                EXPECT_THAT(window.evaluation.violations, IsEmpty()) << "seed " << seed;
                sum += window.evaluation.goodput;
            }
            EXPECT_EQ(sum, run.goodput);
        }
    }
}

TEST(Rolling, TheSameSeedsGiveTheSameRun) {
    const Scenario scenario = random_scenario(5);
    const rolling::Run a = rolling::run(scenario, RandomEngine(), everything_wrong()).value();
    const rolling::Run b = rolling::run(scenario, RandomEngine(), everything_wrong()).value();
    ASSERT_EQ(a.windows.size(), b.windows.size());
    for (std::size_t w = 0; w < a.windows.size(); ++w) {
        EXPECT_EQ(a.windows[w].executed.stints, b.windows[w].executed.stints);
    }
    EXPECT_EQ(a.goodput, b.goodput);
    RunOptions other = everything_wrong();
    other.forecast.seed = 99;
    other.search.seed = 99;
    EXPECT_NE(rolling::run(scenario, RandomEngine(), other).value().goodput, a.goodput);
    EXPECT_TRUE(a.reproducible);
}

// RandomEngine's work is the number of slots left: the decisions of a window's first slots are late
// with less, and the plan for the last ones is all that is carried out.
TEST(Rolling, ALateDecisionChangesNothing) {
    Scenario scenario = random_scenario(8);
    RunOptions options = perfect();
    options.work_per_slot = 0;
    const rolling::Run never = rolling::run(scenario, RandomEngine(), options).value();
    EXPECT_EQ(never.goodput, Goodput{});
    for (const WindowRun& window : never.windows) EXPECT_THAT(window.executed.stints, IsEmpty());
    EXPECT_EQ(count(never, Verdict::kFollowed), 0U);

    options.every = 4;
    options.work_per_slot = static_cast<std::uint64_t>(scenario.window_slots) - 4;
    const rolling::Run late = rolling::run(scenario, RandomEngine(), options).value();
    EXPECT_EQ(late.windows[0].decisions[0].verdict, Verdict::kLate);
    EXPECT_EQ(late.windows[0].decisions[1].verdict, Verdict::kFollowed);
    for (const Stint& stint : late.windows[0].executed.stints) EXPECT_GE(stint.from, 4);
    EXPECT_EQ(count(late, Verdict::kLate), late.windows.size());
}

// A clock that a decision takes 0.4, then 1.4 seconds by.
TEST(Rolling, TheClockSaysWhatIsLate) {
    const Scenario scenario = random_scenario(8);
    for (const int tenths : {4, 14}) {
        std::chrono::steady_clock::time_point now{};
        RunOptions options = perfect();
        options.clock = [&] { return now += std::chrono::milliseconds(100) * tenths; };
        const rolling::Run measured = rolling::run(scenario, RandomEngine(), options).value();
        EXPECT_EQ(count(measured, Verdict::kLate), 0U);
        EXPECT_TRUE(measured.reproducible);
        options.real_time = true;
        const rolling::Run run = rolling::run(scenario, RandomEngine(), options).value();
        EXPECT_EQ(count(run, Verdict::kLate) > 0, tenths > 10);
        EXPECT_FALSE(run.reproducible);
        EXPECT_DOUBLE_EQ(decision_seconds(run, Share{500'000}), 0.1 * tenths);
    }
}

// One tenant on one GPU that is never re-cut: what runs, and how accurate, over two windows.
TEST(Rolling, WindowsFollowEachOther) {
    Scenario scenario = random_scenario(1);
    scenario.running = {
        {.gpu = GpuId{0},
         .placement = {scenario.tenants[TenantId{0}].episodes[0].retrainings[0].profile, 0},
         .tenant = TenantId{0},
         .activity = Activity::kRetraining,
         .left = scenario.window_slots + 2,
         .accuracy = test::share(0.9)}};
    scenario.tenants[TenantId{0}].episodes[1].drop = test::share(0.15);
    RunOptions options = perfect();
    options.work_per_slot = 0;  // nobody plans anything
    const rolling::Run run = rolling::run(scenario, RandomEngine(), options).value();
    const Window& second = run.windows[1].truth;
    ASSERT_EQ(second.running.size(), 1U);
    EXPECT_EQ(second.running[0].left, 2);
    EXPECT_EQ(second.running[0].accuracy, test::share(0.75));
    EXPECT_EQ(second.tenants[TenantId{0}].accuracy,
              scenario.tenants[TenantId{0}].accuracy - test::share(0.15));
    const std::vector<Share>& accuracy = run.windows[1].evaluation.tenants[TenantId{0}].accuracy;
    EXPECT_EQ(accuracy[1], second.tenants[TenantId{0}].accuracy);
    EXPECT_EQ(accuracy[2], test::share(0.75));
}

// Asked for floors that nobody keeps, then without.
class FussyEngine : public RandomEngine {
public:
    Result<Outcome> plan(const Window& window, const Options& options) const override {
        for (const Tenant& tenant : window.tenants) {
            if (tenant.floor.count() > 0) return Outcome{};
        }
        return RandomEngine::plan(window, options);
    }
};

TEST(Rolling, FloorsThatCannotBeKeptAreDroppedForADecision) {
    Scenario scenario = random_scenario(3);
    scenario.tenants[TenantId{0}].floor = test::share(0.9);
    const rolling::Run run = rolling::run(scenario, FussyEngine(), perfect()).value();
    EXPECT_TRUE(run.windows[0].decisions[0].without_floors);
    EXPECT_EQ(run.windows[0].decisions[0].verdict, Verdict::kFollowed);
    EXPECT_FALSE(run.windows[0].evaluation.tenants[TenantId{0}].floor_kept);
}

class MuteEngine : public RandomEngine {
public:
    Result<Outcome> plan(const Window& window, const Options& options) const override {
        Outcome outcome = RandomEngine::plan(window, options).value();
        outcome.schedule.reset();
        if (unknown) outcome.status = Status::kUnknown;
        return outcome;
    }
    bool unknown = false;
};

TEST(Rolling, WithoutASchedule) {
    MuteEngine engine;
    EXPECT_FALSE(rolling::run(random_scenario(3), engine, perfect()).has_value());
    engine.unknown = true;
    const rolling::Run run = rolling::run(random_scenario(3), engine, perfect()).value();
    EXPECT_EQ(count(run, Verdict::kFollowed), 0U);
    EXPECT_GT(count(run, Verdict::kNoSchedule), 0U);
}

TEST(Rolling, StopsAskingWhenCancelled) {
    RunOptions options = perfect();
    options.search.cancelled = [] { return true; };
    const rolling::Run run = rolling::run(random_scenario(3), RandomEngine(), options).value();
    EXPECT_THAT(run.windows[0].decisions, IsEmpty());
}

}  // namespace
}  // namespace tangram::window::rolling
