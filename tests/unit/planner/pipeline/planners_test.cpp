#include "planner/pipeline/planners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "support/small_problem.h"

namespace tangram::planner::pipeline {
namespace {

constexpr std::array kMethods{Method::kGreedy, Method::kTreeSearch, Method::kGenetic,
                              Method::kPipeline};

test::SmallProblem two_services() {
    test::SmallProblem small;
    for (const char* model : {"bert", "vgg"}) {
        small.row(model, "1g", 10, 20).row(model, "2g", 22, 20).row(model, "3g", 35, 20);
        small.row(model, "4g", 47, 20).row(model, "7g", 85, 20);
    }
    return small;
}

Outcome run(Method method, const workload::Problem& problem, const PlanOptions& options = {}) {
    const auto model = build_planning_model(problem);
    CHECK(model.has_value(), model.error().text());
    Outcome outcome = PipelinePlanner(method).plan(*model, options);
    if (outcome.plan) {
        EXPECT_THAT(validate_counts(*model, *outcome.plan), testing::IsEmpty());
    }
    EXPECT_EQ(outcome.engine, name(method));
    EXPECT_EQ(outcome.bound, Cost{});
    EXPECT_EQ(outcome.seed, options.seed);
    EXPECT_FALSE(outcome.stop_reason.empty());
    return outcome;
}

TEST(PipelinePlanners, PlanWithoutProof) {
    test::SmallProblem small = two_services();
    small.service("a", "bert", 80, 100);
    small.service("b", "vgg", 80, 100);
    for (const Method method : kMethods) {
        const Outcome outcome = run(method, small.build());
        EXPECT_EQ(outcome.status, Status::kFeasible) << name(method);
        EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 2) << name(method);
        EXPECT_GT(outcome.work, 0U);
        EXPECT_TRUE(outcome.reproducible);
    }
}

TEST(PipelinePlanners, NothingToPlanCostsNothing) {
    for (const Method method : kMethods) {
        const Outcome outcome = run(method, test::SmallProblem().build());
        EXPECT_EQ(outcome.status, Status::kOptimal) << name(method);
        EXPECT_EQ(outcome.cost, Cost{});
    }
}

TEST(PipelinePlanners, InfeasibleOnlyIfOneServiceAloneIsTooMuch) {
    test::SmallProblem alone = two_services();
    alone.fleet("Seven", 2);
    alone.service("a", "bert", 1'000, 100);
    test::SmallProblem together = two_services();
    together.fleet("Seven", 2);
    together.service("a", "bert", 160, 100);
    together.service("b", "vgg", 160, 100);
    for (const Method method : kMethods) {
        const Outcome too_much = run(method, alone.build());
        EXPECT_EQ(too_much.status, Status::kInfeasible) << name(method);
        EXPECT_THAT(too_much.stop_reason, testing::HasSubstr("'a'"));
        const Outcome unknown = run(method, together.build());
        EXPECT_EQ(unknown.status, Status::kUnknown) << name(method);
        EXPECT_EQ(unknown.stop_reason, "no room left in the fleet");
    }
}

TEST(PipelinePlanners, FleetOfNoGpus) {
    test::SmallProblem small = two_services();
    small.fleet("Seven", 0);
    small.service("a", "bert", 1, 100);
    EXPECT_EQ(run(Method::kPipeline, small.build()).status, Status::kInfeasible);
}

TEST(PipelinePlanners, FreeGpus) {
    test::SmallProblem small = two_services();
    small.fleet("Seven", 4, std::nullopt, 0);
    small.service("a", "bert", 200, 100);
    const Outcome outcome = run(Method::kPipeline, small.build());
    EXPECT_EQ(outcome.status, Status::kOptimal);
    EXPECT_EQ(outcome.cost, Cost{});
}

TEST(PipelinePlanners, HugeRateIsPlannedAndTooHugeRefused) {
    test::SmallProblem small = two_services();
    small.service("a", "bert", 1e9, 100);
    const Outcome outcome = run(Method::kPipeline, small.build(), {.work_budget = 20'000'000});
    ASSERT_TRUE(outcome.plan.has_value());
    EXPECT_LE(cost_units(outcome.cost), 1e9 / 85 + 1);
    small.edit().services[workload::ServiceId{0}].rate = test::rps(9e11);
    EXPECT_EQ(run(Method::kPipeline, small.build()).status, Status::kUnknown);
}

TEST(PipelinePlanners, EndWithTheBudget) {
    test::SmallProblem small = two_services();
    small.service("a", "bert", 90, 100);
    small.service("b", "vgg", 700, 100);
    const workload::Problem problem = small.build();
    const Outcome none = run(Method::kPipeline, problem, {.work_budget = 1});
    EXPECT_EQ(none.status, Status::kUnknown);
    EXPECT_EQ(none.stop_reason, "work budget");
    const Outcome some = run(Method::kPipeline, problem, {.work_budget = 20'000});
    EXPECT_EQ(some.status, Status::kFeasible);
    EXPECT_EQ(some.stop_reason, "work budget");
    EXPECT_TRUE(some.reproducible);
}

TEST(PipelinePlanners, AreCancelledWithWhatTheyHave) {
    test::SmallProblem small = two_services();
    for (int s = 0; s < 6; ++s) small.service("s" + std::to_string(s), "bert", 111, 100);
    PlanOptions options;
    int asked = 0;
    options.cancelled = [&asked] { return ++asked > 3; };
    const Outcome outcome = run(Method::kPipeline, small.build(), options);
    EXPECT_EQ(outcome.status, Status::kFeasible);
    EXPECT_EQ(outcome.stop_reason, "deadline or interrupt");
    EXPECT_FALSE(outcome.reproducible);
}

TEST(PipelinePlanners, ReportEachBetterPlan) {
    test::SmallProblem small = two_services();
    small.service("a", "bert", 90, 100);
    small.service("b", "vgg", 70, 100);
    std::vector<Cost> costs;
    PlanOptions options;
    options.progress = [&costs](Cost best, Cost) { costs.push_back(best); };
    const Outcome outcome = run(Method::kPipeline, small.build(), options);
    ASSERT_FALSE(costs.empty());
    EXPECT_TRUE(std::is_sorted(costs.rbegin(), costs.rend()));
    EXPECT_EQ(costs.back(), outcome.cost);
}

}  // namespace
}  // namespace tangram::planner::pipeline
