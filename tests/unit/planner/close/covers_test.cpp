#include "planner/close/covers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/brute_force.h"
#include "support/random_problem.h"

namespace tangram::planner::close {
namespace {

// Without a price, all minimal covers; with one, those within it.
TEST(Covers, AreTheMinimalOnesWithinThePrice) {
    int unions = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const workload::Problem problem = test::random_problem(seed, {.losses = seed % 2 == 0});
        const auto model = build_planning_model(problem);
        ASSERT_TRUE(model);
        for (const ServiceId s : model->demands.ids()) {
            const Need need = need_of(model->demands[s]);
            unions += knapsacks_of(model->options_of(s), need).size() > 1 ? 1 : 0;
            std::vector<std::int64_t> prices;
            for (const Option& option : model->options_of(s)) {
                prices.push_back(static_cast<std::int64_t>(7 * option.type.index() + seed % 5));
            }
            std::vector<std::vector<std::int64_t>> expected;
            for (const auto& cover : test::minimal_covers(*model, s)) {
                expected.emplace_back(cover.begin(), cover.end());
            }
            const auto price = [&](const std::vector<std::int64_t>& cover) {
                std::int64_t sum = 0;
                for (std::size_t i = 0; i < cover.size(); ++i) sum += cover[i] * prices[i];
                return sum;
            };
            std::int64_t least = price(expected.front());
            for (const auto& cover : expected) least = std::min(least, price(cover));
            EXPECT_EQ(cheapest_cover(model->options_of(s), prices, need, 100'000), least) << seed;

            std::erase_if(expected, [&](const auto& cover) { return price(cover) > least + 9; });
            CoverList found =
                covers_within(model->options_of(s), prices, need, least + 9, 10'000, 1'000'000);
            EXPECT_TRUE(found.complete);
            std::ranges::sort(found.covers);
            std::ranges::sort(expected);
            EXPECT_EQ(found.covers, expected) << seed;
        }
    }
    EXPECT_GT(unions, 50);
}

// 50 beside the largest: six of 10, of which one is frozen, or one of 40 with two of 25 instead.
TEST(Covers, WhatIsFrozenIsLostLikeTheRest) {
    const std::vector<Option> options = {{InstanceTypeId{0}, Rate{10}, {}},
                                         {InstanceTypeId{1}, Rate{25}, {}},
                                         {InstanceTypeId{2}, Rate{40}, {}}};
    Need need;
    need.required = 30;
    need.beside = 50;
    EXPECT_TRUE(covers(options, std::vector<std::int64_t>{6, 0, 0}, need));
    EXPECT_FALSE(covers(options, std::vector<std::int64_t>{3, 0, 1}, need));
    EXPECT_TRUE(covers(options, std::vector<std::int64_t>{0, 2, 1}, need));
    *need.beside -= 40;  // one of 40 is frozen
    need.largest = 40;
    need.required = 0;
    EXPECT_EQ(need.capacity(0), 50);
    EXPECT_FALSE(covers(options, std::vector<std::int64_t>{4, 0, 0}, need));
    EXPECT_TRUE(covers(options, std::vector<std::int64_t>{0, 2, 0}, need));
    const auto knapsacks = knapsacks_of(options, need);
    ASSERT_EQ(knapsacks.size(), 1u) << "no other instance is larger";
    EXPECT_EQ(knapsacks.front().need.required, 50);
    EXPECT_FALSE(need.nothing());
}

TEST(Covers, SayWhenTheyAreNotAll) {
    const std::vector<Option> options = {{InstanceTypeId{0}, Rate{10}, {}},
                                         {InstanceTypeId{1}, Rate{23}, {}}};
    const std::vector<std::int64_t> prices = {0, 0};
    const Need need{1'000, 1};
    EXPECT_TRUE(covers_within(options, prices, need, 0, 1'000, 100'000).complete);
    const CoverList few = covers_within(options, prices, need, 0, 5, 100'000);
    EXPECT_FALSE(few.complete);
    EXPECT_EQ(few.covers.size(), 5u);
    EXPECT_FALSE(covers_within(options, prices, need, 0, 1'000, 10).complete);
}

TEST(Covers, NothingNeedsNothing) {
    const std::vector<Option> options = {{InstanceTypeId{0}, Rate{10}, {}}};
    const std::vector<std::int64_t> prices = {5};
    EXPECT_EQ(cheapest_cover(options, prices, {0, 0}, 100), 0);
    EXPECT_EQ(covers_within(options, prices, {0, 0}, 0, 10, 100).covers,
              (std::vector<std::vector<std::int64_t>>{{0}}));
    EXPECT_EQ(cheapest_cover(options, prices, {0, 2}, 100), 10);  // replicas without a rate
}

}  // namespace
}  // namespace tangram::planner::close
