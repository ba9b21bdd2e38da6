#include "planner/place/ground.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planner/place/free_slots.h"
#include "support/small_problem.h"

namespace tangram::planner::place {
namespace {

using test::SmallProblem;
using testing::ElementsAre;

struct Ground {
    Ground(std::optional<std::int64_t> count, std::optional<int> per_node) {
        SmallProblem small;
        small.row("m", "2g", 10, 5).row("m", "3g", 10, 5);
        small.fleet("Seven", count, per_node);
        small.service("s", "m", 10, 50);
        problem = small.build();
        model = build_planning_model(problem).value();
        plan.partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0);
    }
    [[nodiscard]] IdVector<FleetEntryId, std::int64_t> most(std::int64_t count) const {
        return IdVector<FleetEntryId, std::int64_t>(1, count);
    }
    [[nodiscard]] std::vector<std::uint32_t> nodes(std::int64_t gpu_count, std::size_t breadth) {
        plan.partitions[PartitionId{0}] = gpu_count;
        auto gpus = gpus_of(model, plan);
        assign_nodes(model, bays_for(model, most(gpu_count)), breadth, gpus);
        std::vector<std::uint32_t> nodes;
        for (const GroundGpu& gpu : gpus) nodes.push_back(gpu.node);
        return nodes;
    }
    workload::Problem problem;
    PlanningModel model;
    CountPlan plan;
};

TEST(AssignNodes, FillsInOrderOrDealsOut) {
    Ground ground(7, 3);
    EXPECT_THAT(ground.nodes(5, 0), ElementsAre(0, 0, 0, 1, 1));
    EXPECT_THAT(ground.nodes(5, 1), ElementsAre(0, 1, 0, 1, 0)) << "one node does not hold five";
    EXPECT_THAT(ground.nodes(5, 3), ElementsAre(0, 1, 2, 0, 1)) << "the last node has one GPU";
    EXPECT_THAT(ground.nodes(7, 9), ElementsAre(0, 1, 2, 0, 1, 0, 1));
}

TEST(AssignNodes, LeavesGpusAloneWhereThereAreNoNodes) {
    EXPECT_THAT(Ground(7, std::nullopt).nodes(2, 0), ElementsAre(kNoNode, kNoNode));
}

TEST(Bays, AreAsManyAsCanBeUsed) {
    EXPECT_EQ(bays_for(Ground(7, 3).model, IdVector<FleetEntryId, std::int64_t>(1, 2)).size(), 2U);
    EXPECT_EQ(bays_for(Ground({}, 8).model, IdVector<FleetEntryId, std::int64_t>(1, 4)).size(), 4U);
}

TEST(FreeSlots, KeepsGpusByWhatIsFree) {
    Ground ground({}, {});
    ground.plan.partitions[PartitionId{0}] = 1;  // 3g + 3g
    ground.plan.partitions[PartitionId{1}] = 2;  // 3g + 2g + ..., with at least one 2g
    const auto gpus = gpus_of(ground.model, ground.plan);
    FreeSlots slots(ground.model, gpus, {true, true});
    const InstanceTypeId large{1};
    EXPECT_EQ(slots.available(large), 3);
    EXPECT_EQ(slots.free(0, large), 2);
    EXPECT_THAT(slots.with(large, 2), ElementsAre(0));
    slots.take(0, large);
    EXPECT_THAT(slots.with(large, 1), testing::UnorderedElementsAre(0, 1, 2));
    slots.take(1, large);
    EXPECT_EQ(slots.available(large), 2);
    slots.give_back(1, large);
    slots.give_back(0, large);
    EXPECT_THAT(slots.with(large, 2), ElementsAre(0));
    EXPECT_THAT(slots.with(large, 1), testing::UnorderedElementsAre(1, 2));
}

TEST(FreeSlotsDeathTest, RefusesToTakeWhatIsNotThere) {
    Ground ground({}, {});
    ground.plan.partitions[PartitionId{0}] = 1;
    const auto gpus = gpus_of(ground.model, ground.plan);
    FreeSlots slots(ground.model, gpus, {true, true});
    EXPECT_DEATH(slots.take(0, InstanceTypeId{0}), "free instances");
}

}  // namespace
}  // namespace tangram::planner::place
