#include "planner/exact.h"

#include <gtest/gtest.h>

#include "support/brute_force.h"
#include "support/random_problem.h"
#include "support/small_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

using test::SmallProblem;

// Two requests' worth of 7g instances per thousand: 10 GPUs for the service below.
SmallProblem ten_gpus() {
    SmallProblem small;
    small.row("bert", "7g", 100, 20);
    small.service("a", "bert", 1'000, 100);
    return small;
}

Outcome plan(const workload::Problem& problem, const PlanOptions& options = {}) {
    const Result<PlanningModel> model = build_planning_model(problem);
    CHECK(model.has_value(), model.error().text());
    return make_exact_planner()->plan(*model, options);
}

TEST(Exact, ProvesTheFewestGpus) {
    const workload::Problem problem = ten_gpus().build();
    const Outcome outcome = plan(problem);
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.cost, Cost{10 * kCostPerUnit});
    EXPECT_EQ(outcome.bound, outcome.cost);
    EXPECT_EQ(outcome.engine, "exact");
    EXPECT_TRUE(outcome.reproducible);
}

TEST(Exact, SaysHowManyGpusATooSmallFleetNeeds) {
    SmallProblem small = ten_gpus();
    small.fleet("Seven", 7);
    const workload::Problem problem = small.build();
    const Outcome outcome = plan(problem);
    EXPECT_EQ(outcome.status, Status::kInfeasible);
    EXPECT_FALSE(outcome.plan);
    ASSERT_TRUE(outcome.gpus_needed);
    EXPECT_EQ(*outcome.gpus_needed, 10);
}

TEST(Exact, UsesAFleetThatIsJustLargeEnough) {
    SmallProblem small = ten_gpus();
    small.fleet("Seven", 10);
    const workload::Problem problem = small.build();
    EXPECT_EQ(plan(problem).status, Status::kOptimal);
}

TEST(Exact, RefusesMagnitudesItCannotCountExactly) {
    SmallProblem small;
    small.row("bert", "1g", 0.001, 20);
    small.service("a", "bert", 1e10, 100);
    const workload::Problem problem = small.build();
    const Outcome outcome = plan(problem);
    EXPECT_EQ(outcome.status, Status::kUnknown);
    EXPECT_NE(outcome.stop_reason.find("billion"), std::string::npos);
}

TEST(Exact, ServesOneGiantService) {
    SmallProblem small;
    small.row("bert", "1g", 40, 20).row("bert", "3g", 150, 20).row("bert", "7g", 300, 20);
    small.service("a", "bert", 1e9, 100);
    const workload::Problem problem = small.build();
    const Outcome outcome = plan(problem);
    EXPECT_EQ(outcome.status, Status::kOptimal);
}

TEST(Exact, APastDeadlineStillGivesAPlan) {
    const workload::Problem problem = ten_gpus().build();
    PlanOptions options;
    options.deadline = std::chrono::steady_clock::now();
    const Outcome outcome = plan(problem, options);
    ASSERT_TRUE(outcome.plan);
    EXPECT_LE(outcome.bound, outcome.cost);
}

TEST(Exact, EqualsBruteForceOnMixedAndCappedFleets) {
    std::uint64_t decided = 0;
    const std::uint64_t cases = test::soaked(300);
    for (std::uint64_t seed = 1; seed <= cases; ++seed) {
        const workload::Problem problem = test::random_problem(seed);
        const Result<PlanningModel> model = build_planning_model(problem);
        if (!model) continue;
        const test::Enumeration truth = test::brute_force(*model);
        if (!truth.complete) continue;
        const Outcome outcome = make_exact_planner()->plan(*model, {});
        ++decided;
        if (!truth.optimum) {
            EXPECT_EQ(outcome.status, Status::kInfeasible) << test::describe(problem);
            continue;
        }
        ASSERT_TRUE(outcome.plan) << test::describe(problem);
        EXPECT_GE(outcome.cost, *truth.optimum) << test::describe(problem);
        EXPECT_LE(outcome.bound, *truth.optimum) << test::describe(problem);
        if (outcome.status == Status::kOptimal) {
            EXPECT_EQ(outcome.cost, *truth.optimum) << test::describe(problem);
        }
    }
    EXPECT_GT(decided, test::soaked(100));
}

}  // namespace
}  // namespace tangram::planner
