#include "planner/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using test::SmallProblem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ValidateCounts : public testing::Test {
protected:
    void SetUp() override {
        SmallProblem small;
        small.row("a", "1g", 10, 5).row("a", "7g", 100, 5);
        small.fleet("Seven", 2, std::nullopt, 3);
        small.service("s", "a", 25, 50).min_replicas = 3;
        small.service("t", "a", 90, 50);
        problem_ = small.build();
        model_ = build_planning_model(problem_).value();
        // Partitions: 7g; seven 1g. Types: 1g, 7g.
        plan_.first_use = {0, 1, 2};
        plan_.uses = {{InstanceTypeId{0}, 3}, {InstanceTypeId{1}, 1}};
        plan_.partitions = IdVector<PartitionId, std::int64_t>(std::vector<std::int64_t>{1, 1});
    }
    [[nodiscard]] std::vector<std::string> wrong() const { return validate_counts(model_, plan_); }

    workload::Problem problem_;
    PlanningModel model_;
    CountPlan plan_;
};

TEST_F(ValidateCounts, AcceptsAValidPlan) {
    EXPECT_THAT(wrong(), IsEmpty());
    EXPECT_EQ(cost_of(model_, plan_.partitions), Cost{6 * kCostPerUnit});
}

TEST_F(ValidateCounts, FindsTooLittleCapacityAndTooFewReplicas) {
    plan_.uses[0].count = 2;
    EXPECT_THAT(wrong(), ElementsAre("service 's' needs 25 requests/s, has 20",
                                     "service 's' needs 3 replicas, has 2"));
}

TEST_F(ValidateCounts, FindsMissingSupply) {
    plan_.uses[0].count = 8;
    EXPECT_THAT(wrong(), ElementsAre("8 instances of 1g on Seven are used, 7 supplied"));
}

TEST_F(ValidateCounts, FindsTooManyGpus) {
    plan_.partitions[PartitionId{1}] = 2;
    EXPECT_THAT(wrong(), ElementsAre("3 GPUs of Seven are used, there are 2"));
    plan_.partitions[PartitionId{1}] = -1;
    EXPECT_THAT(wrong(), testing::Contains(HasSubstr("used -1 times")));
}

TEST_F(ValidateCounts, FindsMalformedUses) {
    plan_.uses[0].count = 0;
    EXPECT_THAT(wrong(), testing::Contains("service 's' has 0 instances of a type"));
    plan_.uses = {{InstanceTypeId{1}, 1}, {InstanceTypeId{0}, 3}, {InstanceTypeId{1}, 1}};
    plan_.first_use = {0, 2, 3};
    EXPECT_THAT(wrong(), testing::Contains("service 's': types are not ascending"));
    plan_.uses[0].type = InstanceTypeId{9};
    EXPECT_THAT(wrong(), testing::Contains("service 's' cannot use instance type 9"));
    plan_.first_use = {0, 1};
    EXPECT_THAT(wrong(), ElementsAre(HasSubstr("the plan is for 1 services")));
    EXPECT_THAT(validate_counts(model_, {}), ElementsAre(HasSubstr("the plan is for 0 services")));
}

TEST(Status, HasNames) {
    EXPECT_EQ(name(Status::kOptimal), "optimal");
    EXPECT_EQ(name(Status::kFeasible), "feasible");
    EXPECT_EQ(name(Status::kInfeasible), "infeasible");
    EXPECT_EQ(name(Status::kUnknown), "unknown");
}

}  // namespace
}  // namespace tangram::planner
