#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "lp/model.h"

namespace tangram::lp {
namespace {

// max 3x + 2y such that x + y <= 4, x + 3y <= 9, x <= 3: x = 3, y = 1, value 11.
Model small_lp() {
    Model model;
    model.maximise = true;
    const int x = model.add_column(3, 0, 3);
    const int y = model.add_column(2, 0, kInfinity);
    model.add_row(-kInfinity, 4, std::vector<Term>{{x, 1}, {y, 1}});
    model.add_row(-kInfinity, 9, std::vector<Term>{{x, 1}, {y, 3}});
    return model;
}

// min sum of counts such that 7a + 5b + 3c >= 29, integers: 4 + 0 + 1 = 31 with 5 items.
Model small_mip(double required = 29) {
    Model model;
    std::vector<Term> terms;
    for (const double size : {7.0, 5.0, 3.0}) {
        terms.push_back({model.add_column(1, 0, kInfinity, true), size});
    }
    model.add_row(required, kInfinity, terms);
    return model;
}

// A multiple knapsack that takes the solver some nodes.
Model hard_mip(std::uint64_t seed) {
    Random random(seed);
    Model model;
    constexpr int kColumns = 25;
    constexpr int kRows = 8;
    for (int c = 0; c < kColumns; ++c) {
        model.add_column(static_cast<double>(random.between(20, 60)), 0, 3, true);
    }
    for (int r = 0; r < kRows; ++r) {
        std::vector<Term> terms;
        for (int c = 0; c < kColumns; ++c) {
            terms.push_back({c, static_cast<double>(random.between(1, 60))});
        }
        model.add_row(701, kInfinity, terms);
    }
    return model;
}

TEST(Solve, LpWithDuals) {
    const Solution solution = solve(small_lp(), {});
    ASSERT_EQ(solution.status, Status::kOptimal);
    EXPECT_NEAR(solution.objective, 11, 1e-9);
    EXPECT_NEAR(solution.bound, 11, 1e-9);
    ASSERT_EQ(solution.values.size(), 2U);
    EXPECT_NEAR(solution.values[0], 3, 1e-9);
    EXPECT_NEAR(solution.values[1], 1, 1e-9);
    // One more unit on row 0 gives one more y (+2); x's bound is worth 3 - 2.
    ASSERT_EQ(solution.row_duals.size(), 2U);
    EXPECT_NEAR(solution.row_duals[0], 2, 1e-9);
    EXPECT_NEAR(solution.row_duals[1], 0, 1e-9);
    EXPECT_NEAR(solution.reduced_costs[0], 1, 1e-9);
}

TEST(Solve, DualsOfAMinimisationAreDerivativesToo) {
    Model model;
    const int x = model.add_column(2, 0, kInfinity);
    model.add_row(3, kInfinity, std::vector<Term>{{x, 1}});
    const Solution solution = solve(model, {});
    EXPECT_NEAR(solution.objective, 6, 1e-9);
    EXPECT_NEAR(solution.row_duals[0], 2, 1e-9);
}

TEST(Solve, MipIsProvenOptimal) {
    const Solution solution = solve(small_mip(), {});
    ASSERT_EQ(solution.status, Status::kOptimal);
    EXPECT_NEAR(solution.objective, 5, 1e-6);
    EXPECT_NEAR(solution.bound, 5, 1e-6);
    EXPECT_TRUE(solution.row_duals.empty());
}

TEST(Solve, WithAndWithoutPresolve) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Model model = hard_mip(seed);
        const double with = solve(model, {.presolve = true}).objective;
        const double without = solve(model, {.presolve = false}).objective;
        EXPECT_NEAR(with, without, 1e-6) << "seed " << seed;
    }
}

TEST(Solve, ColumnTwiceInARowIsAddedUp) {
    Model model;
    const int x = model.add_column(1, 0, kInfinity);
    const int y = model.add_column(5, 0, kInfinity);
    model.add_row(12, kInfinity, std::vector<Term>{{y, 1}, {x, 2}, {x, 1}});
    const Solution solution = solve(model, {});
    ASSERT_EQ(solution.status, Status::kOptimal);
    EXPECT_NEAR(solution.values[0], 4, 1e-9);
}

TEST(Solve, InfeasibleAndUnbounded) {
    Model infeasible = small_lp();
    infeasible.add_row(5, kInfinity, std::vector<Term>{{0, 1}});
    EXPECT_EQ(solve(infeasible, {}).status, Status::kInfeasible);
    EXPECT_EQ(solve(infeasible, {.presolve = false}).status, Status::kInfeasible);

    Model unbounded;
    unbounded.maximise = true;
    unbounded.add_column(1, 0, kInfinity);
    EXPECT_EQ(solve(unbounded, {}).status, Status::kUnbounded);
}

TEST(Solve, IntegerInfeasible) {
    Model model;
    const int x = model.add_column(1, 0, 10, true);
    model.add_row(3, 3, std::vector<Term>{{x, 2}});  // 2x = 3
    EXPECT_EQ(solve(model, {}).status, Status::kInfeasible);
}

TEST(Solve, EmptyModels) {
    EXPECT_EQ(solve(Model{}, {}).status, Status::kOptimal);
    Model no_rows;
    no_rows.add_column(2, 1, 5, true);
    const Solution solution = solve(no_rows, {});
    ASSERT_EQ(solution.status, Status::kOptimal);
    EXPECT_NEAR(solution.objective, 2, 1e-9);
}

TEST(Solve, MalformedModelsAreErrorsNotCrashes) {
    const double nan = std::nan("");
    Model unknown_column = small_lp();
    unknown_column.add_row(0, 1, std::vector<Term>{{7, 1}});
    Model not_a_number = small_lp();
    not_a_number.add_row(0, 1, std::vector<Term>{{0, nan}});
    Model bad_cost;
    bad_cost.add_column(nan, 0, 1);
    Model bad_bound = small_lp();
    bad_bound.add_row(nan, 1, {});
    for (const Model& model : {unknown_column, not_a_number, bad_cost, bad_bound}) {
        EXPECT_EQ(solve(model, {}).status, Status::kError);
    }
    EXPECT_EQ(solve(small_mip(), {.start = {1.0}}).status, Status::kError);
}

TEST(Solve, GoodAndUselessStartsGiveTheOptimum) {
    EXPECT_NEAR(solve(small_mip(), {.start = {4, 0, 1}}).objective, 5, 1e-6);
    EXPECT_NEAR(solve(small_mip(), {.start = {0, 0, 0}}).objective, 5, 1e-6);
}

TEST(Solve, NodeLimitKeepsTheStart) {
    const Model model = hard_mip(7);
    const std::vector<double> start(model.columns(), 3.0);
    const Solution solution = solve(model, {.node_limit = 0, .presolve = false, .start = start});
    ASSERT_EQ(solution.status, Status::kFeasible);
    EXPECT_FALSE(solution.values.empty());
    EXPECT_LT(solution.bound, solution.objective);
}

TEST(Solve, IterationLimitIsReproducible) {
    const Model model = hard_mip(5);
    const Solution full = solve(model, {});
    ASSERT_EQ(full.status, Status::kOptimal);
    const Options options{.iteration_limit = full.iterations / 2};
    const Solution first = solve(model, options);
    const Solution second = solve(model, options);
    EXPECT_LT(first.iterations, full.iterations);
    EXPECT_NE(first.status, Status::kOptimal);
    EXPECT_LE(first.bound, full.objective + 1e-6);
    EXPECT_EQ(first.iterations, second.iterations);
    EXPECT_EQ(first.values, second.values);
    EXPECT_EQ(first.bound, second.bound);
}

TEST(Solve, TimeLimitOfZeroSaysSo) {
    const Solution solution = solve(hard_mip(5), {.time_limit_seconds = 0});
    EXPECT_TRUE(solution.time_limit_struck);
    EXPECT_TRUE(solution.status == Status::kLimit || solution.status == Status::kFeasible);
}

TEST(Solve, CancelledRunStops) {
    const Model model = hard_mip(5);
    const Solution full = solve(model, {});
    int polls = 0;
    const Solution stopped = solve(model, {.cancelled = [&polls] { return ++polls > 2; }});
    EXPECT_GT(polls, 2);
    EXPECT_LT(stopped.iterations, full.iterations);
}

TEST(Solve, ProgressIsReportedDownToTheOptimum) {
    std::vector<Progress> seen;
    const Solution solution =
        solve(hard_mip(5), {.progress = [&seen](const Progress& p) { seen.push_back(p); }});
    ASSERT_FALSE(seen.empty());
    EXPECT_NEAR(seen.back().objective, solution.objective, 1e-6);
    for (const Progress& p : seen) EXPECT_LE(p.bound, solution.objective + 1e-6);
}

TEST(Solve, TheInteriorPointMethodFindsTheSame) {
    Options options;
    options.interior = true;
    const Solution linear = solve(small_lp(), options);
    EXPECT_EQ(linear.status, Status::kOptimal);
    EXPECT_NEAR(linear.objective, 11, 1e-6);
    const Solution integer = solve(small_mip(), options);
    EXPECT_EQ(integer.status, Status::kOptimal);
    EXPECT_NEAR(integer.objective, 5, 1e-6);
}

TEST(Solve, SameSeedSameAnswer) {
    const Model model = hard_mip(11);
    const Solution first = solve(model, {.seed = 3});
    const Solution second = solve(model, {.seed = 3});
    EXPECT_EQ(first.values, second.values);
    EXPECT_EQ(first.nodes, second.nodes);
    EXPECT_EQ(first.iterations, second.iterations);
}

TEST(SolverVersion, NamesTheSolver) { EXPECT_EQ(solver_version().rfind("HiGHS 1.", 0), 0U); }

}  // namespace
}  // namespace tangram::lp
