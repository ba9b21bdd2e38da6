#include "planner/place/losses.h"

#include <gtest/gtest.h>

#include <memory>

#include "planner/place/spreading.h"
#include "support/small_problem.h"

namespace tangram::planner::place {
namespace {

using test::SmallProblem;

// One service on 1g instances of 10 requests/s; GPUs cut into seven of them.
struct OneService {
    OneService(std::int64_t instances, std::int64_t gpus, Share gpu, Share node = Share{}) {
        SmallProblem small;
        small.row("m", "1g", 10, 5);
        small.fleet("Seven", std::nullopt, 2);
        auto& service = small.service("s", "m", 100, 50);
        if (gpu.count() > 0) service.survive_gpu = gpu;
        if (node.count() > 0) service.survive_node = node;
        problem = std::make_unique<const workload::Problem>(small.build());
        model = build_planning_model(*problem).value();
        plan.first_use = {0, 1};
        plan.uses = {{InstanceTypeId{0}, instances}};
        plan.partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0);
        plan.partitions[PartitionId{0}] = gpus;
    }
    [[nodiscard]] LossLimits limits(std::int64_t in_node = 2) const {
        return loss_limits(model, plan, ServiceId{0}, in_node);
    }

    std::unique_ptr<const workload::Problem> problem;
    PlanningModel model;
    CountPlan plan;
};

TEST(LossLimits, AreWhatIsThereLessWhatMustBeLeft) {
    EXPECT_EQ(OneService(10, 5, Share{800'000}).limits().gpu, 20'000);
    EXPECT_EQ(OneService(12, 5, Share{800'000}).limits().gpu, 40'000);
    const LossLimits both = OneService(20, 5, Share{900'000}, Share{700'000}).limits();
    EXPECT_EQ(both.node, 130'000);
    EXPECT_EQ(both.gpu, kNoLimit) << "seven slices give less";
}

TEST(LossLimits, AreLeftOutWhereNothingCanBreakThem) {
    EXPECT_FALSE(OneService(10, 5, Share{}).limits().any());
    EXPECT_FALSE(OneService(14, 5, Share{700'000}).limits().any()) << "a full GPU may be lost";
    EXPECT_TRUE(OneService(14, 5, Share{700'001}).limits().any());
    const OneService node(20, 5, Share{}, Share{600'000});
    EXPECT_FALSE(node.limits(2).any());
    EXPECT_TRUE(node.limits(3).any());
}

TEST(LossLimits, SayHowManyPlacesThereMustBe) {
    const OneService one(10, 5, Share{800'000});
    EXPECT_EQ(places_needed(one.model, one.plan, ServiceId{0}, one.limits()), 5);
}

TEST(ApartAsAsked, CountsEveryInstanceOnEveryGpu) {
    const OneService one(12, 3, Share{800'000});
    const auto gpus = gpus_of(one.model, one.plan);
    std::vector<Pin> pins;
    for (std::uint32_t i = 0; i < 12; ++i) pins.push_back({ServiceId{0}, i % 3, InstanceTypeId{0}});
    EXPECT_TRUE(apart_as_asked(one.model, one.plan, gpus, pins));
    pins[0].gpu = 1;
    EXPECT_FALSE(apart_as_asked(one.model, one.plan, gpus, pins)) << "50 of 120 on one GPU";
    pins[0].gpu = 0;
    pins.pop_back();
    EXPECT_FALSE(apart_as_asked(one.model, one.plan, gpus, pins)) << "one has no place";
}

TEST(Spreading, KeepsTheLimitsOfGpusAndNodes) {
    for (const Share node : {Share{}, Share{500'000}}) {
        const OneService one(15, 4, Share{1'000'000}, node);
        const Spreading spreading = spread_replicas(one.model, one.plan);
        EXPECT_TRUE(spreading.missing.empty());
        EXPECT_TRUE(apart_as_asked(one.model, one.plan, spreading.gpus, spreading.pins));
    }
}

TEST(Spreading, SaysWhatCannotBePlaced) {
    const OneService one(10, 3, Share{800'000});  // 20 on each of three GPUs is 60 of 100
    const Spreading spreading = spread_replicas(one.model, one.plan);
    ASSERT_EQ(spreading.missing.size(), 1U);
    EXPECT_EQ(spreading.missing[0].count, 4);
    EXPECT_TRUE(spreading.proven);
}

}  // namespace
}  // namespace tangram::planner::place
