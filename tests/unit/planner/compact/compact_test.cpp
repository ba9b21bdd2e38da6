#include "planner/compact/compact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "unit/planner/compact/compact_models.h"

namespace tangram::planner::compact {
namespace {

TEST(Compact, OneService) {
    const Modelled m = modelled(one_service().build());
    const Outcome outcome = CompactPlanner().plan(m.model, {.seed = 7});
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit});
    EXPECT_EQ(outcome.bound, outcome.cost);
    EXPECT_EQ(outcome.engine, "compact");
    EXPECT_EQ(outcome.stop_reason, "proven");
    EXPECT_EQ(outcome.seed, 7U);
    EXPECT_TRUE(outcome.reproducible);
    EXPECT_EQ(outcome.prices.types.size(), m.model.types.size());
    ASSERT_TRUE(outcome.plan.has_value());
    EXPECT_THAT(validate_counts(m.model, *outcome.plan), testing::IsEmpty());
}

TEST(Compact, NoServices) {
    const Modelled m = modelled(test::SmallProblem().row("bert", "1g", 1, 1).build());
    const Outcome outcome = CompactPlanner().plan(m.model, {});
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.cost, Cost{});
}

TEST(Compact, TooSmallAFleetSaysTheNeed) {
    test::SmallProblem small;
    small.row("bert", "7g", 100, 20).fleet("Seven", 4);
    small.service("a", "bert", 650, 100);
    const Modelled m = modelled(small.build());
    const Outcome outcome = CompactPlanner().plan(m.model, {});
    EXPECT_EQ(outcome.status, Status::kInfeasible);
    EXPECT_FALSE(outcome.plan.has_value());
    EXPECT_EQ(outcome.gpus_needed, 7);
}

TEST(Compact, CheaperGpusComeFirstUntilTheirCap) {
    test::SmallProblem small;
    small.row("bert", "7g", 100, 20).row("bert", "4g", 60, 20, {.gpu = "Four"});
    small.fleet("Seven").cost = Cost{1'500'000};
    small.fleet("Four", 2).cost = Cost{500'000};
    small.service("a", "bert", 200, 100);
    const Modelled m = modelled(small.build());
    const Outcome outcome = CompactPlanner().plan(m.model, {});
    EXPECT_EQ(outcome.cost, Cost{2'500'000});  // two Fours give 120, a Seven the rest
    EXPECT_EQ(outcome.status, Status::kOptimal);
}

TEST(Compact, HugeCountsAndRatesStayExact) {
    test::SmallProblem small;
    small.row("bert", "7g", 0.007, 20).row("bert", "3g", 0.003, 20);
    small.service("a", "bert", 1'000, 100);
    const Modelled m = modelled(small.build());
    const Outcome outcome = CompactPlanner().plan(m.model, {});
    // 10^6 thousandths: one GPU gives 7, two 3g give 6.
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 142'858);
    EXPECT_EQ(outcome.status, Status::kOptimal);
    ASSERT_TRUE(outcome.plan.has_value());
    EXPECT_THAT(validate_counts(m.model, *outcome.plan), testing::IsEmpty());
}

// Awkward prices: the step between costs is a millionth, far below the solver's tolerance.
TEST(Compact, TinyCostStepsGiveHonestBounds) {
    test::SmallProblem small = one_service();
    small.row("bert", "1g", 30, 20, {.gpu = "Four"});
    small.fleet("Seven").cost = Cost{1'000'003};
    small.fleet("Four").cost = Cost{999'999};
    const Modelled m = modelled(small.build());
    const Outcome outcome = CompactPlanner().plan(m.model, {});
    ASSERT_TRUE(outcome.plan.has_value());
    EXPECT_EQ(outcome.cost, Cost{1'000'003});
    EXPECT_LE(outcome.bound, outcome.cost);
    EXPECT_GE(outcome.bound, Cost{1'000'002});
}

TEST(Compact, WorkBudgetOfNothingStopsReproducibly) {
    const Modelled m = modelled(test::random_problem(11));
    const Outcome first = CompactPlanner().plan(m.model, {.work_budget = 1});
    const Outcome second = CompactPlanner().plan(m.model, {.work_budget = 1});
    EXPECT_TRUE(first.reproducible);
    EXPECT_EQ(first.status, second.status);
    EXPECT_EQ(first.cost, second.cost);
    EXPECT_EQ(first.bound, second.bound);
}

TEST(Compact, DeadlineInThePastSaysSo) {
    const Modelled m = modelled(test::random_problem(11));
    PlanOptions options;
    options.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    const Outcome outcome = CompactPlanner().plan(m.model, options);
    EXPECT_FALSE(outcome.reproducible);
    EXPECT_NE(outcome.status, Status::kInfeasible);
    EXPECT_LE(outcome.bound, outcome.plan ? outcome.cost : Cost{kCostPerUnit} * 1'000);
}

TEST(Compact, ProgressEndsAtTheCost) {
    test::SmallProblem small;
    for (const char* model : {"a", "b", "c", "d", "e", "f"}) {
        small.row(model, "1g", 31, 20).row(model, "2g", 73, 20).row(model, "3g", 101, 20);
        small.service(model, model, 260, 100);
    }
    const Modelled m = modelled(small.build());
    std::vector<Cost> seen;
    PlanOptions options;
    options.progress = [&seen](Cost best, Cost bound) {
        EXPECT_LE(bound, best);
        seen.push_back(best);
    };
    const Outcome outcome = CompactPlanner().plan(m.model, options);
    ASSERT_EQ(outcome.status, Status::kOptimal);
    for (const Cost cost : seen) EXPECT_GE(cost, outcome.cost);
}

}  // namespace
}  // namespace tangram::planner::compact
