#include "planner/explain/cheapest_cover.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "planner/price/cover_search.h"
#include "support/small_problem.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::explain {
namespace {

// One demand with made-up options, one instance type each.
struct Knapsack {
    PlanningModel model;
    Prices prices;

    Knapsack(std::int64_t required, int min_replicas,
             const std::vector<std::pair<std::int64_t, std::int64_t>>& price_and_throughput) {
        for (const auto& [price, throughput] : price_and_throughput) {
            const InstanceTypeId type = model.types.push_back({});
            prices.types.push_back(Price{price});
            model.options.push_back({type, Rate{throughput}, {}});
        }
        model.demands.push_back({Rate{required}, min_replicas, workload::Spread::kNone, 0,
                                 static_cast<std::uint32_t>(price_and_throughput.size())});
    }

    [[nodiscard]] Cover cover(std::uint64_t nodes = 200'000) const {
        return cheapest_cover(model, ServiceId{0}, prices, nodes);
    }

    // By dynamic programming over capacity and replicas.
    [[nodiscard]] std::int64_t brute_force() const {
        const Demand& demand = model.demands[ServiceId{0}];
        const auto capacity = static_cast<std::size_t>(demand.required.count());
        const auto replicas = static_cast<std::size_t>(demand.min_replicas);
        constexpr std::int64_t kNever = 1'000'000'000'000;
        std::vector<std::vector<std::int64_t>> best(
            capacity + 1, std::vector<std::int64_t>(replicas + 1, kNever));
        best[0][0] = 0;
        for (std::size_t c = 0; c <= capacity; ++c) {
            for (std::size_t r = 0; r <= replicas; ++r) {
                for (const Option& option : model.options) {
                    if (c == 0 && r == 0) continue;
                    const auto step = static_cast<std::size_t>(option.throughput.count());
                    best[c][r] =
                        std::min(best[c][r], prices.types[option.type].count() +
                                                 best[c > step ? c - step : 0][r > 0 ? r - 1 : 0]);
                }
            }
        }
        return best[capacity][replicas];
    }
};

TEST(CheapestCover, TakesTheCheapestMix) {
    // 100 by one 70 and one 30 for 9 + 5, rather than two 70 for 18 or four 30 for 20.
    const Cover cover = Knapsack(100, 1, {{9, 70}, {5, 30}}).cover();
    EXPECT_EQ(cover.price, Price{14});
    EXPECT_EQ(cover.bound, Price{14});
    ASSERT_EQ(cover.uses.size(), 2U);
    EXPECT_EQ(cover.uses[0].count, 1);
    EXPECT_EQ(cover.uses[1].count, 1);
}

TEST(CheapestCover, HoldsReplicasToo) {
    const Cover cover = Knapsack(10, 3, {{9, 70}, {5, 30}}).cover();
    EXPECT_EQ(cover.price, Price{15});
    ASSERT_EQ(cover.uses.size(), 1U);
    EXPECT_EQ(cover.uses[0].type, InstanceTypeId{1});
    EXPECT_EQ(cover.uses[0].count, 3);
    EXPECT_EQ(Knapsack(0, 1, {{9, 70}, {5, 30}}).cover().price, Price{5});
    EXPECT_TRUE(Knapsack(0, 0, {{9, 70}}).cover().uses.empty());
}

TEST(CheapestCover, FreeInstancesCostNothing) {
    EXPECT_EQ(Knapsack(1'000'000, 1, {{0, 7}, {5, 30}}).cover().price, Price{0});
}

TEST(CheapestCover, EqualsBruteForce) {
    Random random(11);
    for (int i = 0; i < 3'000; ++i) {
        std::vector<std::pair<std::int64_t, std::int64_t>> options;
        for (std::int64_t k = random.between(1, 5); k > 0; --k) {
            options.emplace_back(random.between(0, 40), random.between(1, 30));
        }
        const Knapsack knapsack(random.between(0, 150), static_cast<int>(random.between(0, 4)),
                                options);
        const Cover cover = knapsack.cover();
        EXPECT_EQ(cover.price.count(), knapsack.brute_force()) << i;
        EXPECT_EQ(cover.bound, cover.price);
        std::int64_t capacity = 0;
        std::int64_t replicas = 0;
        std::int64_t price = 0;
        for (const Use& use : cover.uses) {
            capacity += use.count * knapsack.model.options[use.type.index()].throughput.count();
            price += use.count * knapsack.prices.types[use.type].count();
            replicas += use.count;
        }
        EXPECT_GE(capacity, knapsack.model.demands[ServiceId{0}].required.count());
        EXPECT_GE(replicas, knapsack.model.demands[ServiceId{0}].min_replicas);
        EXPECT_EQ(price, cover.price.count());
    }
}

TEST(CheapestCover, ALimitLeavesACoverAndAValidBound) {
    Random random(12);
    for (int i = 0; i < 500; ++i) {
        std::vector<std::pair<std::int64_t, std::int64_t>> options;
        for (int k = 0; k < 5; ++k) {
            options.emplace_back(random.between(1, 4'000), random.between(1, 300));
        }
        const Knapsack knapsack(random.between(100, 2'000), 1, options);
        const std::int64_t optimum = knapsack.brute_force();
        for (const std::uint64_t nodes : {1U, 5U, 20U}) {
            const Cover cover = knapsack.cover(nodes);
            EXPECT_GE(cover.price.count(), optimum);
            EXPECT_LE(cover.bound.count(), optimum);
            EXPECT_FALSE(cover.uses.empty());
        }
    }
}

// Two searches that share no code: this one and the engine's.
TEST(CheapestCover, AgreesWithTheEngineWhereLossesMustBeSurvived) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const PlanningModel model = price::test::random_model(
            seed, {.instances = 4, .min_replicas_max = 3, .losses_percent = 80});
        Random random(seed);
        Prices prices;
        std::vector<std::int64_t> plain;
        for (std::size_t k = 0; k < model.types.size(); ++k) {
            plain.push_back(random.between(0, 900'000'000));
            prices.types.push_back(Price{plain.back()});
        }
        for (const ServiceId s : model.demands.ids()) {
            const Cover cover = cheapest_cover(model, s, prices);
            std::vector<std::int32_t> counts(model.demands[s].option_count, -1);
            const auto engine = price::CoverSearch{}.find(plain, model.demands[s],
                                                          model.options_of(s), counts, 1'000'000);
            EXPECT_EQ(cover.price.count(), engine.cost) << seed;
            EXPECT_EQ(cover.bound.count(), engine.bound) << seed;
        }
    }
}

}  // namespace
}  // namespace tangram::planner::explain
