#include "planner/baseline/fixed_cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/small_problem.h"

namespace tangram::planner::baseline {
namespace {

using testing::ElementsAre;

test::SmallProblem every_profile() {
    test::SmallProblem small;
    for (const char* profile : {"1g", "2g", "3g", "4g", "7g"}) small.row("bert", profile, 50, 20);
    small.service("a", "bert", 150, 100);
    return small;
}

std::vector<std::string> placed(const workload::Problem& problem,
                                const PartitionChoice& partition) {
    std::vector<std::string> names;
    for (const gpu::Placement& placement : partition.layout.placements()) {
        names.push_back(problem.gpu_model(partition.entry).profiles[placement.profile].name + "@" +
                        std::to_string(placement.start));
    }
    return names;
}

TEST(FixedCut, LayoutsOnSevenSlices) {
    const workload::Problem problem = every_profile().build();
    const auto model = build_planning_model(problem);
    ASSERT_TRUE(model.has_value());
    const auto only = [&](Cut cut) {
        const auto restricted = restrict_to(cut, *model);
        EXPECT_TRUE(restricted.has_value());
        EXPECT_EQ(restricted->model.partitions.size(), 1U);
        return placed(problem, restricted->model.partitions[PartitionId{0}]);
    };
    EXPECT_THAT(only(Cut::kWhole), ElementsAre("7g@0"));
    EXPECT_THAT(only(Cut::kStatic421), ElementsAre("4g@0", "2g@4", "1g@6"));
    EXPECT_THAT(only(Cut::kSmallest),
                ElementsAre("1g@0", "1g@1", "1g@2", "1g@3", "1g@4", "1g@5", "1g@6"));
}

TEST(FixedCut, OptionsOutsideAreGone) {
    const workload::Problem problem = every_profile().build();
    const auto model = build_planning_model(problem);
    const auto restricted = restrict_to(Cut::kStatic421, *model);
    ASSERT_TRUE(restricted.has_value());
    EXPECT_EQ(restricted->model.options.size(), 3U);
    EXPECT_EQ(restricted->model.demands[ServiceId{0}].option_count, 3U);
    EXPECT_EQ(restricted->model.types.size(), model->types.size());
    EXPECT_THAT(restricted->profiles, testing::UnorderedElementsAre("1g", "2g", "4g"));
}

TEST(FixedCut, CanBeSaidInTheOriginalsPartitions) {
    const workload::Problem problem = every_profile().build();
    const auto model = build_planning_model(problem);
    for (const Cut cut : {Cut::kWhole, Cut::kSmallest, Cut::kStatic421}) {
        const auto restricted = restrict_to(cut, *model);
        ASSERT_TRUE(restricted.has_value());
        ASSERT_TRUE(restricted->can_lift());
        const PartitionId same = restricted->original[PartitionId{0}];
        EXPECT_EQ(model->partitions[same].counts,
                  restricted->model.partitions[PartitionId{0}].counts);
    }
}

// Nobody can use 4g, so the model's partitions are maximal without it.
TEST(FixedCut, UselessInstancesAreLeftOut) {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20).row("bert", "2g", 90, 20).service("a", "bert", 150, 100);
    const workload::Problem problem = small.build();
    const auto model = build_planning_model(problem);
    const auto restricted = restrict_to(Cut::kStatic421, *model);
    ASSERT_TRUE(restricted.has_value());
    const PartitionChoice& cut = restricted->model.partitions[PartitionId{0}];
    EXPECT_THAT(placed(problem, cut), ElementsAre("2g@4", "1g@6"));
    EXPECT_FALSE(restricted->can_lift());  // the model's own partitions use those slices
}

TEST(FixedCut, MissingOnAnotherGeometry) {
    test::SmallProblem small;
    small.row("bert", "1g", 40, 20, {.gpu = "Four"});
    small.fleet("Four");
    small.service("a", "bert", 150, 100);
    const workload::Problem problem = small.build();
    const auto model = build_planning_model(problem);
    const auto restricted = restrict_to(Cut::kStatic421, *model);
    ASSERT_FALSE(restricted.has_value());
    EXPECT_EQ(restricted.error().message, "static-4-2-1: Four cannot be cut this way");
    EXPECT_TRUE(restrict_to(Cut::kWhole, *model).has_value());
}

TEST(FixedCut, LiftKeepsUsesAndGpus) {
    const workload::Problem problem = every_profile().build();
    const auto model = build_planning_model(problem);
    const auto restricted = restrict_to(Cut::kSmallest, *model);
    ASSERT_TRUE(restricted.has_value());
    CountPlan plan;
    plan.first_use = {0, 1};
    plan.uses = {{restricted->model.options[0].type, 3}};
    plan.partitions.push_back(1);
    const CountPlan lifted = lift(*restricted, *model, plan);
    EXPECT_THAT(validate_counts(*model, lifted), testing::IsEmpty());
}

}  // namespace
}  // namespace tangram::planner::baseline
