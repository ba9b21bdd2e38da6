#include "planner/baseline/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "deployment/checker.h"
#include "planner/assembly.h"
#include "planner/compact/compact.h"
#include "support/small_problem.h"

namespace tangram::planner::baseline {
namespace {

Outcome run(Cut cut, const workload::Problem& problem) {
    const auto model = build_planning_model(problem);
    CHECK(model.has_value(), model.error().text());
    const FixedCutPlanner planner(cut, std::make_unique<compact::CompactPlanner>());
    Outcome outcome = planner.plan(*model, {});
    if (outcome.plan) {
        EXPECT_THAT(validate_counts(plan_model_of(outcome, *model), *outcome.plan),
                    testing::IsEmpty());
    }
    EXPECT_EQ(outcome.engine, name(cut));
    EXPECT_EQ(outcome.bound, Cost{});
    EXPECT_NE(outcome.status, Status::kOptimal);
    return outcome;
}

test::SmallProblem two_services() {
    test::SmallProblem small;
    for (const char* model : {"bert", "vgg"}) {
        small.row(model, "1g", 10, 20).row(model, "2g", 22, 20).row(model, "4g", 47, 20);
        small.row(model, "7g", 85, 20);
    }
    small.service("a", "bert", 90, 100);
    small.service("b", "vgg", 12, 100);
    return small;
}

TEST(Baselines, WholeGpusByDivision) {
    const Outcome outcome = run(Cut::kWhole, two_services().build());
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 3);  // two for a, one for b
    EXPECT_EQ(outcome.status, Status::kFeasible);
    EXPECT_EQ(outcome.stop_reason, "best under the restriction");
}

TEST(Baselines, SmallestProfileByDivision) {
    const Outcome outcome = run(Cut::kSmallest, two_services().build());
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 2);  // 9 + 2 instances of 7 per GPU
}

TEST(Baselines, StaticCutIsCovered) {
    // One GPU gives 47 + 22 + 10 = 79 in all; 102 are asked, so two.
    const Outcome outcome = run(Cut::kStatic421, two_services().build());
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 2);
}

// Only 2g is of use, and a static cut has one: a GPU for each.
TEST(Baselines, SlicesNobodyCanUseStayIdle) {
    test::SmallProblem small;
    small.row("bert", "2g", 20, 20).service("a", "bert", 60, 100);
    const workload::Problem problem = small.build();
    const Outcome outcome = run(Cut::kStatic421, problem);
    EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 3);
    ASSERT_NE(outcome.plan_model, nullptr);
    const Assembly assembly = assemble(*outcome.plan_model, *outcome.plan);
    EXPECT_EQ(assembly.deployment.gpus.size(), 3U);
    EXPECT_TRUE(deployment::check(problem, assembly.deployment).ok());
}

TEST(Baselines, MinimumReplicasCount) {
    test::SmallProblem small = two_services();
    small.edit().services[workload::ServiceId{1}].min_replicas = 4;
    EXPECT_EQ(run(Cut::kWhole, small.build()).cost, Cost{kCostPerUnit} * 6);
}

TEST(Baselines, ServiceThatCannotRunIsNamed) {
    test::SmallProblem small = two_services();
    small.row("big", "4g", 5, 20).service("c", "big", 5, 100);
    const Outcome outcome = run(Cut::kSmallest, small.build());
    EXPECT_EQ(outcome.status, Status::kInfeasible);
    EXPECT_EQ(outcome.stop_reason, "service 'c' has no admissible operating point on 1g");
    EXPECT_EQ(run(Cut::kStatic421, small.build()).status, Status::kFeasible);
}

TEST(Baselines, TooFewGpus) {
    test::SmallProblem small = two_services();
    small.fleet("Seven", 1);
    const Outcome whole = run(Cut::kWhole, small.build());
    EXPECT_EQ(whole.status, Status::kInfeasible);
    EXPECT_EQ(whole.gpus_needed, 3);
    EXPECT_EQ(whole.stop_reason, "the restriction needs 3 GPUs");
    const Outcome fixed = run(Cut::kStatic421, small.build());
    EXPECT_EQ(fixed.status, Status::kInfeasible);
    EXPECT_EQ(fixed.gpus_needed, 2);
}

TEST(Baselines, GeometryWithoutTheCutSaysSo) {
    test::SmallProblem small;
    small.row("bert", "4g", 40, 20, {.gpu = "Four"}).fleet("Four");
    small.service("a", "bert", 50, 100);
    const Outcome outcome = run(Cut::kStatic421, small.build());
    EXPECT_EQ(outcome.status, Status::kInfeasible);
    EXPECT_EQ(outcome.stop_reason, "static-4-2-1: Four cannot be cut this way");
    EXPECT_EQ(run(Cut::kWhole, small.build()).cost, Cost{kCostPerUnit} * 2);
}

TEST(Baselines, TwoKindsOfGpus) {
    test::SmallProblem small = two_services();
    small.row("bert", "4g", 40, 20, {.gpu = "Four"});
    small.fleet("Seven").cost = Cost{3 * kCostPerUnit};
    small.fleet("Four").cost = Cost{kCostPerUnit};
    // a: three Fours (120 for 3) beat two Sevens (170 for 6); b has only a Seven.
    EXPECT_EQ(run(Cut::kWhole, small.build()).cost, Cost{kCostPerUnit} * 6);
}

TEST(Baselines, NoServicesNoGpus) {
    const Outcome outcome = run(Cut::kWhole, test::SmallProblem().row("x", "7g", 1, 1).build());
    EXPECT_EQ(outcome.cost, Cost{});
    EXPECT_EQ(outcome.status, Status::kFeasible);
}

}  // namespace
}  // namespace tangram::planner::baseline
