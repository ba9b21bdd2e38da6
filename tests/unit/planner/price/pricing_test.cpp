#include "planner/price/pricing.h"

#include <gtest/gtest.h>

#include "support/brute_force.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

constexpr std::size_t kEffort = 20'000'000;  // enough to be complete on the models here

constexpr double kScale = static_cast<double>(kCostPerUnit * kPricePerCost);

PriceVector random_prices(const PlanningModel& model, Random& random) {
    std::vector<double> types;
    for (std::size_t k = 0; k < model.types.size(); ++k) types.push_back(random.unit());
    return snap(model, types, {kCostPerUnit * kPricePerCost}, kScale);
}

TEST(Snap, GivesFeasiblePricesThatCannotBeRaised) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const PlanningModel model = random_model(seed, {.types = seed % 2 == 0 ? 5U : 3U});
        Random random(seed);
        const PriceVector prices = random_prices(model, random);
        EXPECT_TRUE(feasible(model, prices));
        for (std::size_t k = 0; k < prices.types.size(); ++k) {
            PriceVector raised = prices;
            ++raised.types[k];
            EXPECT_FALSE(feasible(model, raised)) << "type " << k << " of seed " << seed;
        }
    }
}

TEST(Snap, KeepsSeventhsOfAGpuExactly) {
    const PlanningModel model = random_model(1, {});
    std::vector<double> sevenths;
    for (const double slices : {1.0, 2.0, 3.0, 4.0, 7.0}) sevenths.push_back(slices / 7);
    const PriceVector prices = snap(model, sevenths, {kCostPerUnit * kPricePerCost}, kScale);
    EXPECT_EQ(prices.types[0] * 7, kCostPerUnit * kPricePerCost);
    EXPECT_EQ(prices.types[4], kCostPerUnit * kPricePerCost);
}

TEST(Evaluate, NeverExceedsTheOptimum) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 3,
                                                        .instances = 0.5,
                                                        .types = seed % 2 == 0 ? 5U : 3U,
                                                        .min_replicas_max = 2});
        Random random(seed);
        const std::optional<Cost> optimum = tangram::test::brute_force(model, kEffort).optimum;
        ASSERT_TRUE(optimum) << "seed " << seed;
        for (int i = 0; i < 5; ++i) {
            const Evaluation evaluation =
                evaluate(model, all_demands(model), random_prices(model, random), {}, {});
            EXPECT_LE(evaluation.covers, optimum->count() * kPricePerCost) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace tangram::planner::price::test
