#include "planner/compact/read_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "unit/planner/compact/compact_models.h"

namespace tangram::planner::compact {
namespace {

class ReadBackTest : public testing::Test {
protected:
    ReadBackTest() {
        test::SmallProblem problem = one_service();
        problem.fleet("Seven", 2);
        small_ = modelled(problem.build());
        formulation_ = formulate(small_.model, {});
        for (const PartitionId m : small_.model.partitions.ids()) {
            const std::vector<int>& counts = small_.model.partitions[m].counts;
            if (counts[0] == 7) ones_ = m;
            if (counts[1] == 3) twos_ = m;
        }
    }

    // Counts of 1g, of 2g, and GPUs cut into 7 x 1g and into 3 x 2g + 1g.
    ReadBack read(double ones, double twos, double gpus_of_ones, double gpus_of_twos) {
        std::vector<double> values(formulation_.program.columns(), 0.0);
        values[0] = ones;
        values[1] = twos;
        values[formulation_.first_partition + ones_.index()] = gpus_of_ones;
        values[formulation_.first_partition + twos_.index()] = gpus_of_twos;
        return read_back(small_.model, formulation_, values);
    }

    Modelled small_;
    Formulation formulation_;
    PartitionId ones_, twos_;
};

TEST_F(ReadBackTest, RoundsAndVerifies) {
    const ReadBack read_values = read(0.9999999, 2.0000001, 0, 0.9999999);
    ASSERT_TRUE(read_values.plan.has_value());
    EXPECT_EQ(read_values.cost, Cost{kCostPerUnit});
    EXPECT_THAT(validate_counts(small_.model, *read_values.plan), testing::IsEmpty());
}

TEST_F(ReadBackTest, DropsWhatNobodyNeeds) {
    const ReadBack read_values = read(4, 3, 1, 1);
    ASSERT_TRUE(read_values.plan.has_value());
    const auto uses = read_values.plan->uses_of(ServiceId{0});
    ASSERT_EQ(uses.size(), 1U);  // four 1g give 160 of 150; the 2g went first
    EXPECT_EQ(uses[0].type, InstanceTypeId{0});
    EXPECT_EQ(uses[0].count, 4);
}

TEST_F(ReadBackTest, ShortCoverageIsSaid) {
    const ReadBack read_values = read(3, 0, 1, 0);  // 120 of 150
    EXPECT_FALSE(read_values.plan.has_value());
    EXPECT_TRUE(read_values.short_of_coverage);
}

TEST_F(ReadBackTest, ExactCoverageIsEnoughAndOneLessIsNot) {
    small_.model.demands[ServiceId{0}].required = Rate{160'000};
    EXPECT_TRUE(read(4, 0, 1, 0).plan.has_value());
    small_.model.demands[ServiceId{0}].required = Rate{160'001};
    EXPECT_TRUE(read(4, 0, 1, 0).short_of_coverage);
}

TEST_F(ReadBackTest, TooLittleSupplyIsNoPlan) {
    const ReadBack read_values = read(0, 2, 1, 0);
    EXPECT_FALSE(read_values.plan.has_value());
    EXPECT_FALSE(read_values.short_of_coverage);
}

TEST_F(ReadBackTest, OneInstanceTooFewIsNoPlan) {
    small_.model.demands[ServiceId{0}].required = Rate{280'000};
    EXPECT_TRUE(read(7, 0, 1, 0).plan.has_value());
    small_.model.demands[ServiceId{0}].required = Rate{320'000};
    EXPECT_FALSE(read(8, 0, 1, 0).plan.has_value());
    EXPECT_TRUE(read(8, 0, 1, 1).plan.has_value());
}

TEST_F(ReadBackTest, TooManyGpusAreNoPlan) {
    EXPECT_TRUE(read(4, 0, 2, 0).plan.has_value());
    EXPECT_FALSE(read(4, 0, 2, 1).plan.has_value());
}

TEST_F(ReadBackTest, TooFewReplicasAreNoPlan) {
    small_.model.demands[ServiceId{0}].min_replicas = 3;
    EXPECT_FALSE(read(0, 2, 0, 1).plan.has_value());
    EXPECT_TRUE(read(1, 2, 0, 1).plan.has_value());
}

}  // namespace
}  // namespace tangram::planner::compact
