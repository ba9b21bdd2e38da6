#include "planner/close/split_cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "support/brute_force.h"
#include "support/random_problem.h"

namespace tangram::planner::close {
namespace {

using Cover = std::vector<std::int64_t>;

std::int64_t price(const std::vector<SplitPrice>& prices, const Cover& cover) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        for (std::int64_t n = 0; n < cover[i]; ++n) {
            sum += n < prices[i].available ? prices[i].kept : prices[i].fresh;
        }
    }
    return sum;
}

std::int64_t money(const std::vector<SplitPrice>& prices, const Cover& cover) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) sum += cover[i] * prices[i].money;
    return sum;
}

std::vector<SplitPrice> draw(std::size_t options, Random& random) {
    std::vector<SplitPrice> prices;
    for (std::size_t i = 0; i < options; ++i) {
        SplitPrice one;
        one.kept = random.between(0, 9);
        one.fresh = one.kept + random.between(0, 9);
        one.available = random.between(0, 2);
        one.money = random.between(0, 5);
        prices.push_back(one);
    }
    return prices;
}

TEST(SplitCover, IsTheCheapestAndListsAllWithinTheLimits) {
    Random random(1);
    int without = 0;
    int listed = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const workload::Problem problem = test::random_problem(seed, {.losses = seed % 2 == 0});
        const auto model = build_planning_model(problem);
        ASSERT_TRUE(model);
        for (const ServiceId s : model->demands.ids()) {
            const auto options = model->options_of(s);
            const Need need = need_of(model->demands[s]);
            const std::vector<SplitPrice> prices = draw(options.size(), random);
            const Asked asked{need, random.between(0, 25)};
            std::vector<Cover> expected;
            std::int64_t least = std::numeric_limits<std::int64_t>::max();
            for (const auto& counts : test::minimal_covers(*model, s)) {
                Cover cover(counts.begin(), counts.end());
                if (money(prices, cover) > asked.money) continue;
                least = std::min(least, price(prices, cover));
                expected.push_back(std::move(cover));
            }
            const SplitCover found = cheapest_split(options, prices, asked, 1'000'000);
            EXPECT_EQ(found.cost, least) << seed;
            EXPECT_EQ(found.cover.empty(), expected.empty()) << seed;
            without += expected.empty() ? 1 : 0;
            if (expected.empty()) continue;
            EXPECT_EQ(price(prices, found.cover), least) << seed;
            EXPECT_LE(money(prices, found.cover), asked.money) << seed;
            // Without steps it is still no cover's price too many.
            EXPECT_LE(cheapest_split(options, prices, asked, 3).cost, least) << seed;

            std::erase_if(expected, [&](const Cover& c) { return price(prices, c) > least + 6; });
            CoverList list = splits_within(options, prices, asked, least + 6, 10'000, 1'000'000);
            EXPECT_TRUE(list.complete);
            std::ranges::sort(list.covers);
            std::ranges::sort(expected);
            EXPECT_EQ(list.covers, expected) << seed;
            if (expected.size() < 2) continue;
            ++listed;
            EXPECT_FALSE(splits_within(options, prices, asked, least + 6, 1, 1'000'000).complete);
        }
    }
    EXPECT_GT(without, 10);
    EXPECT_GT(listed, 50);
}

TEST(SplitCover, NothingNeedsNothing) {
    const std::vector<Option> options = {{InstanceTypeId{0}, Rate{10}, {}}};
    const std::vector<SplitPrice> prices = {{1, 2, 1, 0}};
    EXPECT_EQ(cheapest_split(options, prices, {{0, 0}, 0}, 100).cost, 0);
    EXPECT_EQ(cheapest_split(options, prices, {{0, 3}, 0}, 100).cost, 5);
}

}  // namespace
}  // namespace tangram::planner::close
