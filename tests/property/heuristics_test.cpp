// The planners that prove nothing, on tiny random problems of every shape, most of whose geometries
// are not MIG's: never an invalid plan, never below the optimum, and how near they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "deployment/checker.h"
#include "planner/assembly.h"
#include "planner/outcome.h"
#include "planner/planner.h"
#include "support/brute_force.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

const PlanOptions kBriefly{.work_budget = 3'000'000};

class Heuristics : public testing::TestWithParam<std::string> {};

// Runs `body(problem, model)` on `count` random problems.
template <typename Body>
void for_random_problems(std::uint64_t count, const test::RandomShape& shape, Body body) {
    for (std::uint64_t seed = 1; seed <= test::soaked(count); ++seed) {
        const workload::Problem problem = test::random_problem(seed, shape);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
        const Result<PlanningModel> model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        body(problem, *model);
        if (testing::Test::HasFailure()) return;  // one problem is enough to read
    }
}

void expect_sound(const workload::Problem& problem, const PlanningModel& model,
                  const Outcome& outcome) {
    EXPECT_THAT(validate_counts(model, *outcome.plan), testing::IsEmpty());
    const Assembly assembly = assemble(model, *outcome.plan);
    EXPECT_TRUE(assembly.spread_met);
    const auto report = deployment::check(problem, assembly.deployment);
    for (const auto& violation : report.violations) {
        ADD_FAILURE() << violation.place << ": " << violation.message;
    }
    EXPECT_EQ(cost_of(model, outcome.plan->partitions), outcome.cost);
}

TEST_P(Heuristics, AreNeverInvalidAndNeverBelowTheOptimum) {
    const auto planner = make_planner(GetParam());
    ASSERT_NE(planner, nullptr);
    int feasible = 0;
    int answered = 0;
    int best = 0;
    for_random_problems(300, {}, [&](const workload::Problem& problem, const PlanningModel& model) {
        const test::Enumeration truth = test::brute_force(model);
        if (!truth.complete) return;
        const Outcome outcome = planner->plan(model, kBriefly);
        EXPECT_EQ(outcome.plan.has_value(),
                  outcome.status == Status::kFeasible || outcome.status == Status::kOptimal);
        EXPECT_EQ(outcome.status == Status::kOptimal, outcome.plan && outcome.cost == Cost{});
        if (truth.optimum) {
            ++feasible;
            EXPECT_NE(outcome.status, Status::kInfeasible);
        }
        if (!outcome.plan) return;
        ++answered;
        ASSERT_TRUE(truth.optimum.has_value());
        EXPECT_GE(outcome.cost, *truth.optimum);
        if (outcome.cost == *truth.optimum) ++best;
        expect_sound(problem, model, outcome);
    });
    const bool searches = GetParam() != "greedy" && GetParam() != "parvagpu";
    RecordProperty("feasible", feasible);
    RecordProperty("answered", answered);
    RecordProperty("best", best);
    EXPECT_GE(answered * 100, feasible * (searches ? 95 : 50));
    EXPECT_GE(best * 100, answered * (searches ? 95 : 40));
}

TEST_P(Heuristics, SpreadAsAsked) {
    const auto planner = make_planner(GetParam());
    const test::RandomShape shape{.services_max = 3, .entries_max = 1, .spread = true};
    for_random_problems(60, shape,
                        [&](const workload::Problem& problem, const PlanningModel& model) {
                            const Outcome outcome = planner->plan(model, kBriefly);
                            if (outcome.plan) expect_sound(problem, model, outcome);
                        });
}

INSTANTIATE_TEST_SUITE_P(, Heuristics,
                         testing::Values("greedy", "tree-search", "genetic", "pipeline",
                                         "parvagpu"),
                         [](const auto& instance) {
                             std::string name = instance.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace tangram::planner
