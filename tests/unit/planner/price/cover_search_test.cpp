#include "planner/price/cover_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "planner/cover.h"
#include "support/brute_force.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

std::vector<std::int64_t> random_prices(std::size_t types, Random& random) {
    std::vector<std::int64_t> prices;
    for (std::size_t k = 0; k < types; ++k) {
        prices.push_back(random.below(8) == 0 ? 0 : random.between(1, 900'000'000));
    }
    return prices;
}

std::int64_t price_of(std::span<const std::int64_t> prices, std::span<const Option> options,
                      std::span<const std::int32_t> counts) {
    std::int64_t sum = 0;
    for (std::size_t o = 0; o < options.size(); ++o) {
        sum += prices[options[o].type.index()] * counts[o];
    }
    return sum;
}

TEST(CoverSearch, EqualsEnumerationOfMinimalCovers) {
    for (std::uint64_t seed = 1; seed <= 800; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 4,
                                                        .instances = 2,
                                                        .min_replicas_max = 4,
                                                        .losses_percent = 30 * (seed % 4)});
        Random random(seed);
        const auto prices = random_prices(model.types.size(), random);
        for (const ServiceId s : model.demands.ids()) {
            const auto options = model.options_of(s);
            std::int64_t least = std::numeric_limits<std::int64_t>::max();
            for (const std::vector<int>& cover : tangram::test::minimal_covers(model, s)) {
                const std::vector<std::int32_t> counts(cover.begin(), cover.end());
                least = std::min(least, price_of(prices, options, counts));
            }
            std::vector<std::int32_t> counts(options.size(), -1);
            CoverSearch search;
            const CheapestCover found =
                search.find(prices, model.demands[s], options, counts, 1'000'000);
            EXPECT_EQ(found.cost, least) << "seed " << seed << " demand " << s.index();
            EXPECT_EQ(found.bound, least);
            EXPECT_EQ(price_of(prices, options, counts), found.cost);
            EXPECT_TRUE(covers(model.demands[s], options, counts));
        }
    }
}

TEST(CoverSearch, StartsFromACoverWithoutChangingTheAnswer) {
    const PlanningModel model = random_model(7, {.demands = 50, .instances = 4});
    Random random(7);
    const auto prices = random_prices(model.types.size(), random);
    CoverSearch search;
    for (const ServiceId s : model.demands.ids()) {
        const auto options = model.options_of(s);
        std::vector<std::int32_t> cold(options.size(), -1);
        const auto first = search.find(prices, model.demands[s], options, cold, 1'000'000);
        std::vector<std::int32_t> dear(options.size(), 100);
        const auto second = search.find(prices, model.demands[s], options, dear, 1'000'000);
        EXPECT_EQ(first.cost, second.cost);
    }
}

TEST(CoverSearch, ANodeLimitLeavesACoverAndAValidBound) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const PlanningModel model =
            random_model(seed, {.demands = 3, .instances = 500, .losses_percent = 50 * (seed % 2)});
        Random random(seed);
        const auto prices = random_prices(model.types.size(), random);
        for (const ServiceId s : model.demands.ids()) {
            const auto options = model.options_of(s);
            CoverSearch search;
            std::vector<std::int32_t> few(options.size(), -1);
            const auto limited = search.find(prices, model.demands[s], options, few, 10);
            std::vector<std::int32_t> many(options.size(), -1);
            const auto full = search.find(prices, model.demands[s], options, many, 200'000);
            EXPECT_TRUE(covers(model.demands[s], options, few));
            EXPECT_LE(limited.bound, full.bound);
            EXPECT_LE(full.bound, full.cost);
            EXPECT_LE(full.cost, limited.cost);
        }
    }
}

TEST(CoverSearch, ADemandOfNothingCostsNothing) {
    PlanningModel model = random_model(1, {.demands = 1});
    model.demands[ServiceId{0}].required = Rate{0};
    model.demands[ServiceId{0}].min_replicas = 0;
    const std::vector<std::int64_t> prices(model.types.size(), 5);
    const auto options = model.options_of(ServiceId{0});
    std::vector<std::int32_t> counts(options.size(), -1);
    const auto found =
        CoverSearch{}.find(prices, model.demands[ServiceId{0}], options, counts, 100);
    EXPECT_EQ(found.cost, 0);
    EXPECT_TRUE(std::ranges::all_of(counts, [](std::int32_t c) { return c == 0; }));
}

}  // namespace
}  // namespace tangram::planner::price::test
