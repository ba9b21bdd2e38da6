#include "planner/price/near_covers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "planner/price/cover_search.h"
#include "support/brute_force.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

TEST(NearCovers, AreAllMinimalCoversWithinTheCost) {
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 3,
                                                        .instances = 2,
                                                        .min_replicas_max = 3,
                                                        .losses_percent = 30 * (seed % 4)});
        Random random(seed);
        std::vector<std::int64_t> prices;
        for (std::size_t k = 0; k < model.types.size(); ++k) {
            prices.push_back(random.between(1, 800'000'000));
        }
        for (const ServiceId s : model.demands.ids()) {
            const Demand& demand = model.demands[s];
            const auto options = model.options_of(s);
            std::vector<std::int32_t> current(options.size(), -1);
            const auto cheapest = CoverSearch{}.find(prices, demand, options, current, 1'000'000);
            const std::int64_t allowed = random.between(0, 500'000'000);
            std::vector<std::vector<std::int32_t>> expected;
            for (const std::vector<int>& cover : tangram::test::minimal_covers(model, s)) {
                std::vector<std::int32_t> change;
                std::int64_t cost = -cheapest.cost;
                for (std::size_t o = 0; o < options.size(); ++o) {
                    change.push_back(cover[o] - current[o]);
                    cost += prices[options[o].type.index()] * cover[o];
                }
                const bool same = std::ranges::all_of(change, [](auto c) { return c == 0; });
                if (!same && cost <= allowed) expected.push_back(std::move(change));
            }
            const NearCovers near = near_covers(
                prices, demand, options, current,
                {.cost = allowed, .radius = 1 << 30, .changes = 1'000'000, .nodes = 100'000'000});
            std::vector<std::vector<std::int32_t>> found;
            for (const CoverChange& change : near.changes) found.push_back(change.by_option);
            std::ranges::sort(found);
            std::ranges::sort(expected);
            EXPECT_TRUE(near.complete);
            EXPECT_EQ(found, expected) << "seed " << seed << " demand " << s.index();
        }
    }
}

TEST(NearCovers, SayWhenALimitStruck) {
    const PlanningModel model =
        random_model(3, {.demands = 1, .instances = 50, .unmeasured_percent = 0});
    const auto options = model.options_of(ServiceId{0});
    const std::vector<std::int64_t> prices(model.types.size(), 100'000'000);
    std::vector<std::int32_t> current(options.size(), -1);
    CoverSearch{}.find(prices, model.demands[ServiceId{0}], options, current, 100'000);
    const NearCovers near = near_covers(prices, model.demands[ServiceId{0}], options, current,
                                        {.cost = 2'000'000'000, .changes = 3});
    EXPECT_FALSE(near.complete);
    EXPECT_LE(near.changes.size(), 3U);
}

}  // namespace
}  // namespace tangram::planner::price::test
