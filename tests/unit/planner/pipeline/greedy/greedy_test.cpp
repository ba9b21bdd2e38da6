#include "planner/pipeline/greedy/greedy.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::greedy {
namespace {

using rms::Held;
using rms::Problem;
using rms::Task;

Answer search_all(const Problem& problem, std::uint64_t budget = 1'000'000'000) {
    rms::Meter meter(budget, {});
    return search(problem, whole_task(problem), meter);
}

std::int64_t wholes(const Answer& answer) {
    std::int64_t count = 0;
    for (const Held& held : answer.held) count += held.count;
    return count;
}

// The books of the search agree with what its wholes do.
void expect_consistent(const Problem& problem, const Answer& answer) {
    Task task = whole_task(problem);
    for (const Held& held : answer.held) apply(problem, held.configuration, held.count, task);
    EXPECT_EQ(task.needs, answer.rest.needs);
    EXPECT_EQ(task.room, answer.rest.room);
}

TEST(Greedy, DoesEverything) {
    const Problem problem(test::odd_machines(100, 60));
    const Answer answer = search_all(problem);
    EXPECT_TRUE(answer.rest.needs.empty());
    expect_consistent(problem, answer);
    EXPECT_EQ(wholes(answer), 4);  // 2 x 50 posters, 2 x 30 cards
}

TEST(Greedy, StopsWhereTheRoomEnds) {
    rms::Description description = test::odd_machines(100, 60);
    description.room = rms::Room(std::vector<std::int64_t>{3, 1});
    const Problem problem(std::move(description));
    const Answer answer = search_all(problem);
    EXPECT_FALSE(answer.rest.needs.empty());
    EXPECT_EQ(wholes(answer), 4);
    expect_consistent(problem, answer);
}

TEST(Greedy, MachinesAskedForByNumber) {
    rms::Description description = test::odd_machines(1, 0);
    description.jobs[test::kPosters].machines = 5;
    const Problem problem(std::move(description));
    const Answer answer = search_all(problem);
    EXPECT_TRUE(answer.rest.needs.empty());
    EXPECT_EQ(wholes(answer), 2);
    expect_consistent(problem, answer);
}

// Five hundred million posters take as few steps as five thousand, and no more than they must.
TEST(Greedy, HugeNeedsTakeLogarithmicTime) {
    const Problem problem(test::odd_machines(500'000'000, 300'000'000));
    const Answer answer = search_all(problem, 1'000'000);
    EXPECT_TRUE(answer.rest.needs.empty());
    EXPECT_LT(answer.held.size(), 1'000U);
    expect_consistent(problem, answer);
    EXPECT_GE(wholes(answer), 20'000'000);
    EXPECT_LE(wholes(answer), 20'000'002);
}

TEST(Greedy, NothingToDo) {
    const Answer answer = search_all(Problem(test::odd_machines(0, 0)));
    EXPECT_TRUE(answer.held.empty());
    EXPECT_TRUE(answer.rest.needs.empty());
}

TEST(Greedy, EndsWithTheBudget) {
    const Answer answer = search_all(Problem(test::odd_machines(100, 60)), 1);
    EXPECT_FALSE(answer.rest.needs.empty());
}

}  // namespace
}  // namespace tangram::planner::pipeline::greedy
