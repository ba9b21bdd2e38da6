// The priced engine on demands enough for several threads: they change nothing.
#include <gtest/gtest.h>

#include "planner/price/engine.h"
#include "planner/price/pricing.h"
#include "threads/same_plan.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

TEST(Evaluate, DoesNotDependOnThreads) {
    const PlanningModel model = random_model(5, {.demands = 20'000, .instances = 2});
    constexpr std::int64_t kGpu = kCostPerUnit * kPricePerCost;
    const PriceVector prices =
        snap(model, {0.2, 0.3, 0.4, 0.6, 0.9}, {kGpu}, static_cast<double>(kGpu));
    const Evaluation one = evaluate(model, all_demands(model), prices, {}, {.threads = 1});
    const Evaluation four = evaluate(model, all_demands(model), prices, {}, {.threads = 4});
    EXPECT_EQ(one.covers, four.covers);
    EXPECT_EQ(one.totals, four.totals);
    EXPECT_EQ(one.counts, four.counts);
    EXPECT_EQ(one.nodes, four.nodes);
}

TEST(Engine, GivesTheSamePlanForAnyNumberOfThreads) {
    const PlanningModel model =
        random_model(3, {.demands = 9'000, .instances = 3, .losses_percent = 20});
    const EngineResult one = solve(model, {});
    const EngineResult four = solve(model, {.threads = 4});
    ASSERT_TRUE(one.plan && four.plan);
    EXPECT_EQ(one.work, four.work);
    EXPECT_TRUE(tangram::test::same_plan(*one.plan, *four.plan));
}

}  // namespace
}  // namespace tangram::planner::price::test
