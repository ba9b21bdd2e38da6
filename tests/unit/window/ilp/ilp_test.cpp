// The engine on windows whose best schedules are known by hand, at its limits, and from a start.
#include "window/ilp/ilp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_window.h"

namespace tangram::window::ilp {
namespace {

using test::share;
using test::SmallWindow;
using test::worth;

Outcome plan(const SmallWindow& w, const Options& options = {}) {
    auto outcome = IlpEngine().plan(w.window, options);
    CHECK(outcome.has_value());
    return std::move(*outcome);
}

Options expired() {
    Options options;
    options.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    return options;
}

void expect_optimal(const SmallWindow& w, Goodput goodput) {
    const Outcome outcome = plan(w);
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.goodput, goodput);
    ASSERT_TRUE(outcome.schedule.has_value());
    const Evaluation evaluation = evaluate(w.window, *outcome.schedule);
    EXPECT_TRUE(evaluation.violations.empty());
    EXPECT_EQ(evaluation.goodput, goodput);
    ASSERT_TRUE(outcome.bound.has_value());
    EXPECT_GE(*outcome.bound, goodput);
    EXPECT_LE(gap(outcome), kOptimalGap);
    EXPECT_EQ(outcome.stop_reason, "proven");
    EXPECT_TRUE(outcome.reproducible);
}

TEST(Ilp, IsFoundByName) {
    const auto engine = make_engine("ilp");
    ASSERT_NE(engine, nullptr);
    EXPECT_EQ(engine->name(), "ilp");
}

TEST(Ilp, WarmsUpOnceAndServesWhatIsAskedFor) {
    SmallWindow w("A30", 5);
    w.tenant("a", 250, 2);
    expect_optimal(w, worth(250, 0.5, 3));
}

TEST(Ilp, RetrainsWhereTheLessIsLost) {
    // With two slices of four for three slots: 200 a slot until then, 400 at 0.9 afterwards.
    SmallWindow w("A30", 10);
    w.tenant("a", 400).retraining("2g.12gb", 3, 0.9).retraining("1g.6gb", 9, 0.9);
    expect_optimal(w, worth(200, 0.5, 3) + worth(400, 0.9, 7));
}

TEST(Ilp, LeavesARetrainingThatDoesNotPay) {
    SmallWindow w("A30", 6);
    w.tenant("a", 400).retraining("4g.24gb", 3, 0.8);
    expect_optimal(w, worth(400, 0.5, 6));
}

TEST(Ilp, SharesTheGpuBetweenTenants) {
    SmallWindow w("A30", 4);
    w.tenant("a", 300, 1).tenant("b", 200, 1);
    w.last().accuracy = share(0.25);
    // Three slices for a, one for b; the warm-up costs both a slot.
    expect_optimal(w, worth(300, 0.5, 3) + worth(100, 0.25, 3));
}

TEST(Ilp, ContinuesWhatRuns) {
    SmallWindow w("A30", 4);
    w.tenant("a", 100, 3).tenant("b", 100, 3).tenant("c", 200, 9);
    w.runs("a", "1g.6gb", 2);
    w.runs("b", "1g.6gb", 1, Activity::kCreating, 2);
    w.runs("c", "1g.6gb", 0, Activity::kRetraining, 2, 1.0);
    w.runs("c", "1g.6gb", 3);
    expect_optimal(
        w, worth(100, 0.5, 4) + worth(100, 0.5, 2) + worth(100, 0.5, 2) + worth(100, 1.0, 2));
}

TEST(Ilp, WhatIsBeingCreatedHasItsPlaceAlready) {
    SmallWindow w("A30", 3);
    w.tenant("a", 400).tenant("b", 100, 9).runs("b", "1g.6gb", 0, Activity::kCreating, 1);
    w.last().accuracy = share(0.9);
    expect_optimal(w, worth(300, 0.5, 3) + worth(100, 0.9, 2));
}

TEST(Ilp, GivesUpWhatRunsForSomethingBetter) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 1).tenant("b", 50, 1);
    w.last().accuracy = share(0.1);
    w.runs("b", "4g.24gb", 0);
    expect_optimal(w, worth(400, 0.5, 9));
}

TEST(Ilp, KeepsFloors) {
    SmallWindow w("A30", 4);
    w.tenant("a", 400).tenant("b", 100);
    w.last().accuracy = share(0.1);
    expect_optimal(w, worth(400, 0.5, 4));
    w.last().floor = share(0.5);
    expect_optimal(w, worth(300, 0.5, 2) + worth(100, 0.1, 2) + worth(400, 0.5, 2));
}

TEST(Ilp, AFloorIsRoundedUp) {
    SmallWindow w("A30", 2);
    w.tenant("a", 400).tenant("b", 100);
    w.last().accuracy = share(0.1);
    w.last().floor = share(0.500001);
    expect_optimal(w, worth(300, 0.5, 2) + worth(100, 0.1, 2));
}

TEST(Ilp, SaysThatNoScheduleKeepsEveryFloor) {
    SmallWindow w("A30", 4);
    w.tenant("a", 500);
    w.last().floor = share(0.9);
    const Outcome outcome = plan(w);
    EXPECT_EQ(outcome.status, Status::kUnknown);
    EXPECT_FALSE(outcome.schedule.has_value());
    EXPECT_FALSE(outcome.bound.has_value());
    EXPECT_EQ(outcome.stop_reason, "proven");
    EXPECT_EQ(outcome.note, "no schedule keeps every floor");
}

TEST(Ilp, OutOfTimeItKeepsWhatRuns) {
    SmallWindow w("A30", 8);
    w.tenant("a", 300, 1).runs("a", "1g.6gb", 0);
    const Outcome outcome = plan(w, expired());
    EXPECT_EQ(outcome.status, Status::kFeasible);
    EXPECT_GE(outcome.goodput, worth(100, 0.5, 8));
    EXPECT_EQ(outcome.stop_reason, "deadline");
    EXPECT_FALSE(outcome.reproducible);
    ASSERT_TRUE(outcome.bound.has_value());
    EXPECT_GE(*outcome.bound, worth(300, 0.5, 7) + worth(100, 0.5));
    EXPECT_LE(*outcome.bound, worth(300, 0.5, 8));
}

TEST(Ilp, OutOfTimeWithoutAScheduleThereIsStillABound) {
    SmallWindow w("A30", 8);
    w.tenant("a", 300, 1).tenant("b", 90, 2);
    w.last().floor = share(0.5);
    const Outcome outcome = plan(w, expired());
    EXPECT_EQ(outcome.status, Status::kUnknown);
    EXPECT_FALSE(outcome.schedule.has_value());
    ASSERT_TRUE(outcome.bound.has_value());
    EXPECT_LE(*outcome.bound, worth(300, 0.5, 8) + worth(90, 0.5, 8));
}

TEST(Ilp, AWorkBudgetIsReproducible) {
    SmallWindow w("A30", 12);
    w.tenant("a", 330, 2).retraining("2g.12gb", 4, 0.9).tenant("b", 120, 1);
    Options options;
    options.work_budget = 1'000'000;
    const Outcome one = plan(w, options);
    const Outcome other = plan(w, options);
    EXPECT_TRUE(one.reproducible);
    EXPECT_EQ(one.goodput, other.goodput);
    EXPECT_EQ(one.bound, other.bound);
    EXPECT_EQ(one.work, other.work);
    ASSERT_TRUE(one.schedule && other.schedule);
    EXPECT_EQ(one.schedule->stints, other.schedule->stints);
}

TEST(Ilp, ACallerCanStopIt) {
    SmallWindow w("A30", 8);
    w.tenant("a", 300, 1);
    Options options;
    options.cancelled = [] { return true; };
    const Outcome outcome = plan(w, options);
    EXPECT_NE(outcome.status, Status::kUnknown);  // nothing at all is legal, too
    EXPECT_TRUE(outcome.stop_reason == "interrupted" || outcome.status == Status::kOptimal);
}

TEST(Ilp, IsNeverWorseThanItsStart) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400, 2).retraining("2g.12gb", 3, 0.9);
    w.retrains("a", "2g.12gb", 0, 0, 3);
    w.serves("a", "2g.12gb", 2, 0, 2, 10);
    w.serves("a", "2g.12gb", 0, 3, 5, 10);
    const Goodput known = evaluate(w.window, w.schedule).goodput;
    const auto outcome = plan_from(w.window, expired(), w.schedule);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->goodput, known);
    const auto best = plan_from(w.window, {}, w.schedule);
    ASSERT_TRUE(best.has_value());
    EXPECT_EQ(best->status, Status::kOptimal);
    EXPECT_GE(best->goodput, known);
}

TEST(Ilp, AStartThatIsNotLegalIsNotUsed) {
    SmallWindow w("A30", 4);
    w.tenant("a", 400, 1);
    w.serves("a", "4g.24gb", 0, 0, 0, 4);
    const auto outcome = plan_from(w.window, {}, w.schedule);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->goodput, worth(400, 0.5, 3));
}

TEST(Ilp, RefusesWhatItCannotWriteDown) {
    SmallWindow w("A100-SXM4-80GB", 100'000, 20);
    w.tenant("a", 400, 6);
    const auto outcome = IlpEngine().plan(w.window, {});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::kUnsupported);
}

TEST(Ilp, TellsOfProgress) {
    SmallWindow w("A30", 12);
    w.tenant("a", 330, 2).retraining("2g.12gb", 4, 0.9).tenant("b", 120, 1);
    int calls = 0;
    Options options;
    options.progress = [&](Goodput best, Goodput bound) {
        ++calls;
        EXPECT_LE(best, bound);
    };
    const Outcome outcome = plan(w, options);
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_GT(calls, 0);
}

}  // namespace
}  // namespace tangram::window::ilp
