#include "planner/pipeline/rms/task.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::rms {
namespace {

using test::configuration;
using test::kCards;
using test::kIdle;
using test::kPosters;

TEST(RmsTask, ApplyTakesOffNeedsAndRoomAndDropsWhatIsMet) {
    Description description = test::odd_machines(100, 60);
    description.room = Room(std::vector<std::int64_t>{7, 0});
    const Problem problem(std::move(description));
    Task task = whole_task(problem);
    apply(problem, configuration(1, {kPosters, kCards}), 3, task);
    EXPECT_EQ(task.needs, (Needs{{kPosters, 10, -3}, {kCards, 30, -3}}));
    EXPECT_EQ(task.room[PoolId{0}], 4);
    apply(problem, configuration(1, {kPosters, kIdle}), 1, task);
    EXPECT_EQ(task.needs, (Needs{{kCards, 30, -3}}));
    EXPECT_EQ(find(task.needs, kPosters), nullptr);
    EXPECT_EQ(find(task.needs, kCards), &task.needs.front());
}

TEST(RmsTask, IdleMachinesTogetherAreMoreSlack) {
    const Problem problem(test::odd_machines(100, 60));
    const double one = slack(problem, configuration(2, {kCards, kCards, kIdle}));
    const double two = slack(problem, configuration(2, {kCards, kIdle, kIdle}));
    EXPECT_GT(one, 0);
    EXPECT_GT(two, 2 * one);
    EXPECT_EQ(slack(problem, configuration(2, {kCards, kCards, kCards})), 0);
}

TEST(RmsTask, FitnessIsUndoneThenCostThenSlack) {
    EXPECT_TRUE((Fitness{0, 9, 0}).better_than({1, 5, 3}));
    EXPECT_TRUE((Fitness{0, 5, 0}).better_than({0, 9, 3}));
    EXPECT_TRUE((Fitness{0, 5, 3}).better_than({0, 5, 2}));
    EXPECT_FALSE((Fitness{0, 5, 3}).better_than({0, 5, 3}));
}

TEST(RmsMeter, EndsByBudgetOrByRequest) {
    Meter budget(10, {});
    EXPECT_FALSE(budget.out());
    budget.spend(12);
    EXPECT_TRUE(budget.out());
    EXPECT_FALSE(budget.stopped());
    EXPECT_EQ(budget.left(), 0U);
    bool asked = false;
    Meter request(1'000, [&asked] { return asked; });
    EXPECT_FALSE(request.out());
    asked = true;
    EXPECT_FALSE(request.out());  // not polled at every step
    Meter other(1'000, [] { return true; });
    EXPECT_TRUE(other.out());
    EXPECT_TRUE(other.stopped());
}

}  // namespace
}  // namespace tangram::planner::pipeline::rms
