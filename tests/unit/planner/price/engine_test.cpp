#include "planner/price/engine.h"

#include <gtest/gtest.h>

#include "support/brute_force.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

constexpr std::size_t kEffort = 20'000'000;  // enough to be complete on the models here

TEST(Engine, EqualsBruteForceOnSmallModels) {
    int proven = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 1 + seed % 4,
                                                        .instances = 0.5,
                                                        .types = seed % 3 == 0 ? 3U : 5U,
                                                        .min_replicas_max = 2,
                                                        .unmeasured_percent = 20 * (seed % 4)});
        const EngineResult result = solve(model, {});
        const std::optional<Cost> optimum = tangram::test::brute_force(model, kEffort).optimum;
        ASSERT_TRUE(optimum) << "seed " << seed;
        ASSERT_TRUE(result.plan) << "seed " << seed;
        EXPECT_TRUE(is_plan(model, *result.plan));
        EXPECT_EQ(result.cost, cost_of(model, result.plan->partitions));
        EXPECT_LE(result.bound, *optimum) << "seed " << seed;
        EXPECT_GE(result.cost, *optimum) << "seed " << seed;
        proven += result.bound == result.cost ? 1 : 0;
    }
    EXPECT_GE(proven, 290);
}

TEST(Engine, EqualsBruteForceWhereLossesMustBeSurvived) {
    int proven = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 1 + seed % 3,
                                                        .instances = 0.5,
                                                        .types = seed % 3 == 0 ? 3U : 5U,
                                                        .min_replicas_max = 2,
                                                        .unmeasured_percent = 20 * (seed % 4),
                                                        .losses_percent = 70});
        const EngineResult result = solve(model, {});
        const std::optional<Cost> optimum = tangram::test::brute_force(model, kEffort).optimum;
        ASSERT_TRUE(optimum) << "seed " << seed;
        ASSERT_TRUE(result.plan) << "seed " << seed;
        EXPECT_TRUE(is_plan(model, *result.plan)) << "seed " << seed;
        EXPECT_LE(result.bound, *optimum) << "seed " << seed;
        EXPECT_GE(result.cost, *optimum) << "seed " << seed;
        proven += result.bound == result.cost ? 1 : 0;
    }
    EXPECT_GE(proven, 285);
}

TEST(Engine, ProvesManyServicesThatSurviveLosses) {
    for (const double instances : {0.3, 3.0, 60.0, 2'000.0}) {
        const PlanningModel model =
            random_model(11, {.demands = 300, .instances = instances, .losses_percent = 60});
        const EngineResult result = solve(model, {});
        ASSERT_TRUE(result.plan) << instances;
        EXPECT_TRUE(is_plan(model, *result.plan));
        EXPECT_EQ(result.bound, result.cost) << instances;
    }
}

TEST(Engine, AWorkBudgetEndsTheSearchWithAPlanAndABound) {
    const PlanningModel model = random_model(4, {.demands = 300, .instances = 5});
    PlanOptions options;
    options.work_budget = 1;
    const EngineResult result = solve(model, options);
    EXPECT_TRUE(result.out_of_work);
    ASSERT_TRUE(result.plan);
    EXPECT_TRUE(is_plan(model, *result.plan));
    EXPECT_LE(result.bound, result.cost);
}

TEST(Engine, ReportsProgressMonotonically) {
    const PlanningModel model = random_model(8, {.demands = 200, .instances = 2});
    PlanOptions options;
    std::vector<Cost> bounds;
    options.progress = [&](Cost, Cost bound) { bounds.push_back(bound); };
    (void)solve(model, options);
    ASSERT_FALSE(bounds.empty());
    EXPECT_TRUE(std::ranges::is_sorted(bounds));
}

const std::vector<Cost> kTwoKinds{Cost{1'000'000}, Cost{1'900'000}};

TEST(Engine, EqualsBruteForceOnMixedFleets) {
    int proven = 0;
    int infeasible = 0;
    int decided = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        PlanningModel model = mixed_model(seed,
                                          {.demands = seed % 6 == 0 ? 3 : 1 + seed % 3,
                                           .instances = seed % 6 == 0 ? 1.5 : 0.6,
                                           .types = 3,
                                           .min_replicas_max = 2},
                                          kTwoKinds);
        if (seed % 3 == 0) model.entries[FleetEntryId{0}].cap = 1;
        if (seed % 6 == 0) model.entries[FleetEntryId{1}].cap = 0;
        const auto truth = tangram::test::brute_force(model, kEffort);
        if (!truth.complete) continue;
        ++decided;
        const EngineResult result = solve(model, {});
        if (!truth.optimum) {
            EXPECT_FALSE(result.plan) << "seed " << seed;
            infeasible += result.infeasible ? 1 : 0;
            continue;
        }
        EXPECT_FALSE(result.infeasible) << "seed " << seed;
        EXPECT_LE(result.bound, *truth.optimum) << "seed " << seed;
        if (!result.plan) continue;
        EXPECT_TRUE(is_plan(model, *result.plan));
        EXPECT_GE(result.cost, *truth.optimum) << "seed " << seed;
        proven += result.bound == result.cost ? 1 : 0;
    }
    EXPECT_GT(decided, 150);
    EXPECT_GT(infeasible, 2);
    EXPECT_GE(proven + infeasible, decided - 5);
}

TEST(Engine, ProvesMixedFleetsOfManyServices) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        PlanningModel model = mixed_model(seed, {.demands = 300, .instances = 1}, kTwoKinds);
        if (seed % 2 == 0) model.entries[FleetEntryId{1}].cap = 20;
        const EngineResult result = solve(model, {});
        ASSERT_TRUE(result.plan) << "seed " << seed;
        EXPECT_TRUE(is_plan(model, *result.plan));
        EXPECT_EQ(result.bound, result.cost) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tangram::planner::price::test
