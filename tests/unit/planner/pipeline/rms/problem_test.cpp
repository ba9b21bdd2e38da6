#include "planner/pipeline/rms/problem.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::rms {
namespace {

using test::kCards;
using test::kPosters;

constexpr MachineTypeId kSmall{0};
constexpr MachineTypeId kMiddle{1};
constexpr MachineTypeId kLarge{2};

TEST(RmsProblem, MachinesOfASetStandFromLargeToSmall) {
    const Problem problem(test::odd_machines(100, 60));
    EXPECT_EQ(problem.sets()[MachineSetId{1}].machines,
              (std::vector<MachineTypeId>{kMiddle, kSmall}));
}

TEST(RmsProblem, SizeIsTheLeastShareOfAWhole) {
    const Problem problem(test::odd_machines(100, 60));
    EXPECT_DOUBLE_EQ(problem.size(kLarge), 10);
    EXPECT_DOUBLE_EQ(problem.size(kMiddle), 10);
    EXPECT_DOUBLE_EQ(problem.size(kSmall), 3);  // the hand press
}

TEST(RmsProblem, UtilityIsTheUsefulShareOfTheNeed) {
    const Problem problem(test::odd_machines(100, 60));
    EXPECT_DOUBLE_EQ(problem.utility({kPosters, 100, 0}, kLarge), 0.5);
    EXPECT_DOUBLE_EQ(problem.utility({kPosters, 20, 0}, kLarge), 0.2);
    EXPECT_DOUBLE_EQ(problem.utility({kCards, 60, 0}, kSmall), 10.0 / 60);
    EXPECT_DOUBLE_EQ(problem.utility({kPosters, 0, 0}, kLarge), 0);
}

TEST(RmsProblem, AMachineAskedForByNumberIsUseful) {
    Description description = test::odd_machines(100, 60);
    description.jobs[kCards].machines = 4;
    const Problem problem(std::move(description));
    EXPECT_DOUBLE_EQ(problem.utility({kCards, 0, 2}, kSmall), 0.25);
    EXPECT_DOUBLE_EQ(problem.utility({kCards, 60, 4}, kSmall), 10.0 / 60);  // the amount decides
    EXPECT_DOUBLE_EQ(problem.rest({kCards, 0, 2}), 0.5);
    EXPECT_DOUBLE_EQ(problem.rest({kCards, 45, 2}), 0.75);
}

// A press alone makes 50 posters or 30 cards for 10; a hand press 10 of either for 3.
TEST(RmsProblem, WorthIsTheLeastCostOfDoingIt) {
    const Problem problem(test::odd_machines(100, 60));
    EXPECT_DOUBLE_EQ(problem.worth(Need{kPosters, 50, 0}), 10);
    EXPECT_DOUBLE_EQ(problem.worth(Need{kCards, 10, 0}), 3);
    EXPECT_TRUE(problem.nearly_done({kCards, 5, 0}));
    EXPECT_FALSE(problem.nearly_done({kCards, 6, 0}));
}

TEST(RmsProblem, FreeWholesDoNotDivideByZero) {
    Description description = test::odd_machines(100, 60);
    for (MachineSet& set : description.sets) set.cost = 0;
    const Problem problem(std::move(description));
    EXPECT_GT(problem.weight(MachineSetId{0}), 0);
    EXPECT_GT(problem.worth(Need{kPosters, 50, 0}), 0);
}

TEST(RmsProblem, KnowsJobsTooLargeForAllThereIs) {
    Description description = test::odd_machines(100, 60);
    description.room = Room(std::vector<std::int64_t>{2, 0});
    EXPECT_FALSE(Problem(description).impossible_job().has_value());
    description.jobs[kPosters].amount = 101;
    EXPECT_EQ(Problem(description).impossible_job(), kPosters);
    description.jobs[kPosters] = {kPosters, 1, 7};  // two presses hold six small machines
    EXPECT_EQ(Problem(description).impossible_job(), kPosters);
}

}  // namespace
}  // namespace tangram::planner::pipeline::rms
