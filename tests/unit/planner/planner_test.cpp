#include "planner/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planner/assembly.h"
#include "support/small_problem.h"

namespace tangram::planner {
namespace {

TEST(MakePlanner, EveryNameHasItsPlanner) {
    EXPECT_THAT(
        planner_names(),
        testing::ElementsAre("exact", "compact", "greedy", "tree-search", "genetic", "pipeline",
                             "parvagpu", "whole-gpu", "all-1g", "static-4-2-1", "lp-bound"));
    for (const std::string_view name : planner_names()) {
        const auto planner = make_planner(name);
        ASSERT_NE(planner, nullptr) << name;
        EXPECT_EQ(planner->name(), name);
    }
}

TEST(MakePlanner, UnknownNamesHaveNone) {
    EXPECT_EQ(make_planner(""), nullptr);
    EXPECT_EQ(make_planner("Exact"), nullptr);
    EXPECT_EQ(make_planner("simplex"), nullptr);
}

// Three replicas fit on one GPU but may not be there together.
TEST(MakePlanner, PlansAreSpreadAsAsked) {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20).row("bert", "2g", 80, 20).row("bert", "4g", 160, 20);
    small.row("bert", "7g", 300, 20);
    workload::Service& service = small.service("a", "bert", 100, 100);
    service.min_replicas = 3;
    service.spread = workload::Spread::kGpu;
    const workload::Problem problem = small.build();
    const auto model = build_planning_model(problem);
    ASSERT_TRUE(model.has_value());
    for (const char* name : {"exact", "compact", "greedy", "tree-search", "genetic", "pipeline",
                             "parvagpu", "whole-gpu", "all-1g", "static-4-2-1"}) {
        const Outcome outcome = make_planner(name)->plan(*model, {});
        ASSERT_TRUE(outcome.plan.has_value()) << name << ": " << outcome.stop_reason;
        EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * 3) << name;
        EXPECT_TRUE(assemble(plan_model_of(outcome, *model), *outcome.plan).spread_met) << name;
        EXPECT_EQ(outcome.engine, name);
    }
}

}  // namespace
}  // namespace tangram::planner
