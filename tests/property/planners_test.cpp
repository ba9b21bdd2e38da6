// Every planner against enumeration on thousands of tiny random problems.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "planner/compact/compact.h"
#include "planner/outcome.h"
#include "planner/planner.h"
#include "support/brute_force.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram::planner {
namespace {

// Enough for a problem this small; where the bound stays below the optimum, more is of no use.
const PlanOptions kBriefly{.work_budget = 2'000'000};

Cost cost_of(const PlanningModel& model, const CountPlan& plan) {
    Cost cost;
    for (const PartitionId m : model.partitions.ids()) {
        cost += model.partitions[m].cost * plan.partitions[m];
    }
    return cost;
}

void expect_valid(const PlanningModel& model, const Outcome& outcome) {
    ASSERT_TRUE(outcome.plan.has_value());
    EXPECT_THAT(validate_counts(model, *outcome.plan), testing::IsEmpty());
    EXPECT_EQ(outcome.cost, cost_of(model, *outcome.plan));
    EXPECT_LE(outcome.bound, outcome.cost);
}

void expect_optimum(const PlanningModel& model, const Outcome& outcome,
                    std::optional<Cost> optimum) {
    if (!optimum) {
        EXPECT_EQ(name(outcome.status), name(Status::kInfeasible));
        EXPECT_FALSE(outcome.plan.has_value());
        return;
    }
    ASSERT_EQ(name(outcome.status), name(Status::kOptimal)) << outcome.stop_reason;
    expect_valid(model, outcome);
    EXPECT_EQ(outcome.cost, *optimum);
    EXPECT_EQ(outcome.bound, *optimum);
}

// Runs `body(model, optimum)` on `count` random problems, less the few too large to enumerate.
template <typename Body>
void for_random_problems(std::uint64_t count, const test::RandomShape& shape, Body body) {
    std::uint64_t skipped = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(count); ++seed) {
        const workload::Problem problem = test::random_problem(seed, shape);
        SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + test::describe(problem));
        const Result<PlanningModel> model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const test::Enumeration enumeration = test::brute_force(*model);
        if (!enumeration.complete) {
            ++skipped;
            continue;
        }
        body(*model, enumeration.optimum);
        if (testing::Test::HasFailure()) return;  // one problem is enough to read
    }
    EXPECT_LE(skipped * 5, test::soaked(count));
}

class ExactPlanners : public testing::TestWithParam<std::string> {};

TEST_P(ExactPlanners, EqualEnumeration) {
    const auto planner = make_planner(GetParam());
    if (planner == nullptr) GTEST_SKIP() << "no planner " << GetParam();
    for_random_problems(2'500, {}, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        expect_optimum(model, planner->plan(model, {}), optimum);
    });
}

TEST_P(ExactPlanners, EqualEnumerationOnRealGeometry) {
    const auto planner = make_planner(GetParam());
    if (planner == nullptr) GTEST_SKIP() << "no planner " << GetParam();
    const test::RandomShape shape{.services_max = 3, .real_geometry = true};
    for_random_problems(400, shape, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        expect_optimum(model, planner->plan(model, {}), optimum);
    });
}

TEST_P(ExactPlanners, AreReproducible) {
    const auto planner = make_planner(GetParam());
    if (planner == nullptr) GTEST_SKIP() << "no planner " << GetParam();
    for_random_problems(50, {}, [&](const PlanningModel& model, std::optional<Cost>) {
        const Outcome first = planner->plan(model, kBriefly);
        const Outcome second = planner->plan(model, kBriefly);
        EXPECT_EQ(first.work, second.work);
        ASSERT_EQ(first.plan.has_value(), second.plan.has_value());
        if (!first.plan) return;
        EXPECT_EQ(first.plan->first_use, second.plan->first_use);
        EXPECT_EQ(first.plan->partitions, second.plan->partitions);
    });
}

INSTANTIATE_TEST_SUITE_P(, ExactPlanners, testing::Values("exact", "compact"),
                         [](const auto& instance) { return instance.param; });

TEST(Compact, RoundingCutsChangeNothing) {
    const compact::CompactPlanner planner({.rounding_cuts = true});
    for_random_problems(500, {}, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        expect_optimum(model, planner.plan(model, {}), optimum);
    });
}

TEST(Compact, IsRightWithoutTheExactBoundToo) {
    const compact::CompactPlanner planner({.exact_bound = false});
    for_random_problems(500, {}, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        expect_optimum(model, planner.plan(model, {}), optimum);
    });
}

// Covers hold losses exactly; places are another matter.
TEST(Compact, EqualsEnumerationWhereLossesMustBeSurvived) {
    const test::RandomShape shape{.losses = true};
    for_random_problems(500, shape, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        expect_optimum(model, compact::CompactPlanner().plan(model, {}), optimum);
    });
}

// The need is proven: that many GPUs are necessary, and here also enough.
TEST(Compact, NeedOfAnInfeasibleFleet) {
    int infeasible = 0;
    const test::RandomShape shape{.entries_max = 1};
    for_random_problems(500, shape, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        if (optimum) return;
        ++infeasible;
        const Outcome outcome = compact::CompactPlanner().plan(model, {});
        ASSERT_TRUE(outcome.gpus_needed.has_value());
        PlanningModel unlimited = model;
        unlimited.entries[FleetEntryId{0}].cap.reset();
        for (PartitionChoice& partition : unlimited.partitions) partition.cost = Cost{1};
        EXPECT_EQ(test::brute_force(unlimited).optimum, Cost{*outcome.gpus_needed});
    });
    EXPECT_GT(infeasible, 20);
}

TEST(LpBound, NeverExceedsTheOptimumAndIsOftenTight) {
    std::uint64_t tight = 0;
    std::uint64_t feasible = 0;
    for_random_problems(1'500, {}, [&](const PlanningModel& model, std::optional<Cost> optimum) {
        const compact::RelaxationBound bound = compact::compact_lp_bound(model);
        ASSERT_TRUE(bound.solved || bound.infeasible);
        if (!optimum) return;
        ASSERT_FALSE(bound.infeasible);
        EXPECT_LE(bound.bound, *optimum);
        ++feasible;
        if (bound.bound == *optimum) ++tight;
    });
    EXPECT_GT(tight * 2, feasible);
}

}  // namespace
}  // namespace tangram::planner
