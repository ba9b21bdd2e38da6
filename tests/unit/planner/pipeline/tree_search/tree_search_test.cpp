#include "planner/pipeline/tree_search/tree_search.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::tree_search {
namespace {

using rms::Problem;
using rms::Refilled;

Refilled refill(const Problem& problem, std::uint64_t seed, std::int64_t limit = rms::kUnlimited,
                std::uint64_t budget = 100'000'000) {
    rms::Meter meter(budget, {});
    Random random(seed);
    return make_refill(problem)(whole_task(problem), limit, random, meter);
}

// 60 posters and 20 cards: {middle, small} twice, or {large} and {small, small, small}.
TEST(TreeSearch, FindsTheBestOfASmallTask) {
    const Problem problem(test::odd_machines(60, 20));
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Refilled found = refill(problem, seed);
        EXPECT_TRUE(test::rest_after(problem, found.deployment).needs.empty());
        EXPECT_EQ(found.fitness.undone, 0);
        EXPECT_EQ(found.fitness.cost, 20);
    }
}

// An expensive whole first leaves room for a cheap one: 50 + 10 for 13 instead of 20.
TEST(TreeSearch, MixesPools) {
    rms::Description description = test::odd_machines(60, 0);
    description.room = rms::Room(std::vector<std::int64_t>{rms::kUnlimited, rms::kUnlimited});
    const Problem problem(std::move(description));
    EXPECT_EQ(refill(problem, 1).fitness.cost, 13);
}

TEST(TreeSearch, LongTasksAreDoneAWholeAtATime) {
    const Problem problem(test::odd_machines(2'000, 900));
    const Refilled found = refill(problem, 3);
    EXPECT_TRUE(test::rest_after(problem, found.deployment).needs.empty());
    EXPECT_GE(found.fitness.cost, 10 * 65);
    EXPECT_LE(found.fitness.cost, 10 * 72);
}

TEST(TreeSearch, SaysWhatIsUndoneUnderALimit) {
    const Problem problem(test::odd_machines(100, 60));
    const Refilled found = refill(problem, 1, 20);
    EXPECT_GT(found.fitness.undone, 0);
    const Refilled nothing = refill(problem, 1, rms::kUnlimited, 0);
    EXPECT_TRUE(nothing.deployment.empty());
    EXPECT_GT(nothing.fitness.undone, 0);
}

TEST(TreeSearch, SameSeedSameAnswer) {
    const Problem problem(test::odd_machines(400, 333));
    EXPECT_EQ(refill(problem, 5).deployment, refill(problem, 5).deployment);
}

}  // namespace
}  // namespace tangram::planner::pipeline::tree_search
