#include "window/rolling/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random_scenario.h"
#include "window/evaluate.h"

namespace tangram::window::rolling {
namespace {

using test::share;
using test::SmallWindow;
using test::worth;
using testing::IsEmpty;

void run_to(Executor& executor, int slot) {
    while (executor.slot() < slot) executor.step();
}

// What was planned, whatever it is, is what is carried out, and at any time the same runs.
TEST(Executor, CarriesOutWhatWasPlanned) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Scenario scenario = test::random_scenario(seed);
        Random random(seed);
        Window window = first_window(scenario);
        window.running = running_at(window, test::random_schedule(window, random), 4);
        const Schedule plan = test::random_schedule(window, random);
        ASSERT_THAT(evaluate(window, plan).violations, IsEmpty());
        Executor executor(window, window);
        executor.follow(plan);
        while (executor.slot() < window.slots) {
            executor.step();
            const Schedule so_far = executor.executed();
            EXPECT_THAT(evaluate(window, so_far).violations, IsEmpty()) << "seed " << seed;
            const std::size_t planned = running_at(window, plan, executor.slot()).size();
            EXPECT_EQ(executor.running().size(), planned) << "seed " << seed;
            EXPECT_EQ(executor.running(), executor.believed_running());
        }
        EXPECT_EQ(executor.executed().stints, plan.stints) << "seed " << seed;
    }
}

// The rest of a plan, followed anew at any slot, changes nothing but that instances wanted later
// serve as soon as they can.
TEST(Executor, FollowsItsOwnRest) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Scenario scenario = test::random_scenario(seed);
        Random random(seed);
        const Window window = first_window(scenario);
        const Schedule plan = test::random_schedule(window, random);
        Executor executor(window, window);
        executor.follow(plan);
        while (executor.slot() < window.slots) {
            executor.follow(executor.rest());
            executor.step();
        }
        const Evaluation executed = evaluate(window, executor.executed());
        EXPECT_THAT(executed.violations, IsEmpty());
        EXPECT_GE(executed.goodput, evaluate(window, plan).goodput) << "seed " << seed;
        EXPECT_EQ(executor.executed().stints.size(), plan.stints.size()) << "seed " << seed;
    }
}

TEST(Executor, WhatRunsGoesOnWithoutAPlan) {
    SmallWindow w("A30", 5);
    w.tenant("a", 100, 2).runs("a", "1g.6gb", 0).runs("a", "1g.6gb", 1, Activity::kCreating, 2);
    Executor executor(w.window, w.window);
    run_to(executor, 5);
    w.continues(0, 5);
    w.continues(1, 5);
    EXPECT_EQ(executor.executed().stints, w.schedule.stints);
    const std::vector<Running> next = executor.running();
    ASSERT_EQ(next.size(), 2U);
    EXPECT_EQ(next[1].activity, Activity::kServing);
}

// Planned: retrain 2 slots, then serve there from 2 on, ready at 3. In truth it takes 4: creation
// begins at 4, ready at 5.
TEST(Executor, WhatFollowsALongerRetrainingIsDelayed) {
    SmallWindow w("A30", 8);
    w.tenant("a", 100, 1).retraining("4g.24gb", 2, 0.9);
    w.retrains("a", "4g.24gb", 0, 0, 2);
    w.serves("a", "4g.24gb", 0, 2, 3, 8);
    Window truth = w.window;
    truth.tenants[TenantId{0}].retrainings[0].slots = 4;
    truth.tenants[TenantId{0}].retrainings[0].accuracy = share(0.7);
    Executor executor(truth, w.window);
    executor.follow(w.schedule);
    run_to(executor, 3);
    EXPECT_EQ(executor.running()[0].left, 1);
    EXPECT_EQ(executor.believed_running()[0].left, 1);
    EXPECT_EQ(executor.believed_running()[0].accuracy, share(0.9));
    EXPECT_THAT(evaluate(truth, executor.executed()).violations, IsEmpty());
    run_to(executor, 8);
    EXPECT_EQ(executor.accuracy(TenantId{0}), share(0.7));
    const Evaluation evaluation = evaluate(truth, executor.executed());
    EXPECT_THAT(evaluation.violations, IsEmpty());
    EXPECT_EQ(evaluation.goodput, worth(100, 0.7, 3));
}

// Slices stay idle until the plan uses them, accuracy comes at once.
TEST(Executor, AShorterRetrainingEndsEarly) {
    SmallWindow w("A30", 8);
    w.tenant("a", 100).retraining("2g.12gb", 6, 0.9);
    w.retrains("a", "2g.12gb", 0, 0, 6);
    w.serves("a", "2g.12gb", 2, 0, 0, 8);
    Window truth = w.window;
    truth.tenants[TenantId{0}].retrainings[0].slots = 3;
    Executor executor(truth, w.window);
    executor.follow(w.schedule);
    run_to(executor, 3);
    EXPECT_EQ(executor.running().size(), 1U);
    run_to(executor, 8);
    const Evaluation evaluation = evaluate(truth, executor.executed());
    EXPECT_THAT(evaluation.violations, IsEmpty());
    EXPECT_EQ(evaluation.goodput, worth(100, 0.5, 3) + worth(100, 0.9, 5));
}

// It holds its instance to the window's end, brings nothing there, and goes on.
TEST(Executor, ARetrainingThatDoesNotEndGoesOnInTheNextWindow) {
    SmallWindow w("A30", 4);
    w.tenant("a", 100).retraining("4g.24gb", 3, 0.9);
    w.retrains("a", "4g.24gb", 0, 0, 3);
    Window truth = w.window;
    truth.tenants[TenantId{0}].retrainings[0].slots = 6;
    Executor executor(truth, w.window);
    executor.follow(w.schedule);
    run_to(executor, 4);
    const Evaluation evaluation = evaluate(truth, executor.executed());
    EXPECT_THAT(evaluation.violations, IsEmpty());
    EXPECT_EQ(evaluation.goodput, Goodput{});
    EXPECT_EQ(executor.accuracy(TenantId{0}), share(0.5));
    Window next = w.window, next_believed = w.window;
    next.running = executor.running();
    next_believed.running = executor.believed_running();
    ASSERT_EQ(next.running.size(), 1U);
    EXPECT_EQ(next.running[0].left, 2);
    EXPECT_EQ(next_believed.running[0].left, 1);
    Executor second(next, next_believed);
    EXPECT_TRUE(second.has_begun(TenantId{0}));
    run_to(second, 4);
    EXPECT_EQ(second.accuracy(TenantId{0}), share(0.9));
    EXPECT_THAT(evaluate(next, second.executed()).violations, IsEmpty());
    EXPECT_THAT(second.running(), IsEmpty());
}

// One that would have to wait until it cannot end any more is left out.
TEST(Executor, ARetrainingThatComesTooLateIsLeftOut) {
    SmallWindow w("A30", 6);
    w.tenant("a", 100).retraining("4g.24gb", 2, 0.9);
    w.tenant("b", 100).retraining("4g.24gb", 3, 0.9);
    w.retrains("a", "4g.24gb", 0, 0, 2);
    w.retrains("b", "4g.24gb", 0, 3, 6);
    Window truth = w.window;
    truth.tenants[TenantId{0}].retrainings[0].slots = 4;
    Executor executor(truth, w.window);
    executor.follow(w.schedule);
    run_to(executor, 6);
    EXPECT_FALSE(executor.has_begun(TenantId{1}));
    EXPECT_EQ(executor.executed().stints.size(), 1U);
}

TEST(Executor, ANewPlanGivesUpWhatItDoesNotContinue) {
    SmallWindow w("A30", 6);
    w.tenant("a", 100, 2).tenant("b", 100);
    w.serves("a", "1g.6gb", 0, 0, 2, 6);
    w.serves("b", "1g.6gb", 1, 0, 0, 6);
    Executor executor(w.window, w.window);
    executor.follow(w.schedule);
    run_to(executor, 1);
    Schedule other = executor.rest();
    std::erase_if(other.stints, [](const Stint& stint) { return stint.tenant == TenantId{0}; });
    executor.follow(other);
    run_to(executor, 6);
    w.schedule.stints[0].until = 1;
    EXPECT_EQ(executor.executed().stints, w.schedule.stints);
    EXPECT_THAT(evaluate(w.window, executor.executed()).violations, IsEmpty());
}

}  // namespace
}  // namespace tangram::window::rolling
