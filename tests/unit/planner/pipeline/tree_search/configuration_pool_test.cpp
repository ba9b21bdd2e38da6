#include "planner/pipeline/tree_search/configuration_pool.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::tree_search {
namespace {

using test::configuration;
using test::kCards;
using test::kPosters;

TEST(ConfigurationPool, KindIsWhoIsOpenAndWhoNearlyDone) {
    const rms::Problem problem(test::odd_machines(1'000, 600));
    const ConfigurationPool pool(problem);
    const std::uint64_t both = pool.kind({{kPosters, 900, 0}, {kCards, 500, 0}});
    EXPECT_EQ(both, pool.kind({{kPosters, 800, 0}, {kCards, 400, 0}}));
    EXPECT_NE(both, pool.kind({{kPosters, 800, 0}, {kCards, 1, 0}}));
    EXPECT_NE(both, pool.kind({{kPosters, 800, 0}}));
    EXPECT_EQ(pool.kind({}), 0U);
}

TEST(ConfigurationPool, RemembersAFewOfEachKindOnce) {
    const rms::Problem problem(test::odd_machines(1'000, 600));
    ConfigurationPool pool(problem);
    EXPECT_TRUE(pool.of(7).empty());
    pool.remember(7, configuration(0, {kPosters}));
    pool.remember(7, configuration(0, {kPosters}));
    pool.remember(8, configuration(0, {kCards}));
    ASSERT_EQ(pool.of(7).size(), 1U);
    EXPECT_EQ(pool.of(7).front(), configuration(0, {kPosters}));
    EXPECT_FALSE(pool.full(7));
    for (std::size_t set = 0; set < 100; ++set) pool.remember(7, configuration(set, {kCards}));
    EXPECT_TRUE(pool.full(7));
    EXPECT_LT(pool.of(7).size(), 20U);
}

}  // namespace
}  // namespace tangram::planner::pipeline::tree_search
