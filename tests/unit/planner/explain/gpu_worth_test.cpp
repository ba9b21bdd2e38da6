#include "planner/explain/gpu_worth.h"

#include <gtest/gtest.h>

#include "planner/planner.h"
#include "support/small_problem.h"

namespace tangram::planner::explain {
namespace {

using test::SmallProblem;

// "Seven": seven 1g of 10 requests/s at cost 1. "Four": four 1g, each as fast as `speed` of them.
SmallProblem two_kinds(double speed, std::int64_t cost) {
    SmallProblem small;
    small.fleet("Seven");
    small.fleet("Four").cost = Cost{cost};
    small.row("bert", "1g", 10, 20).row("bert", "1g", 10 * speed, 20, {.gpu = "Four"});
    small.service("a", "bert", 8'400, 100);
    return small;
}

std::vector<GpuWorth> worths(const workload::Problem& problem) {
    const PlanningModel model = build_planning_model(problem).value();
    const Outcome outcome = make_planner("exact")->plan(model, {});
    return gpu_worths(model, outcome.prices,
                      IdVector<FleetEntryId, std::int64_t>(model.entries.size(), 0));
}

double units(Price price) {
    return static_cast<double>(price.count()) / (kPricePerCost * kCostPerUnit);
}

TEST(GpuWorth, IsWhatTheOthersWouldCost) {
    // Four instances of three slices each replace 12 of 7 slices.
    const workload::Problem problem = two_kinds(3, 2'000'000).build();
    const auto result = worths(problem);
    ASSERT_EQ(result.size(), 2U);
    ASSERT_TRUE(result[1].break_even);
    EXPECT_NEAR(units(*result[1].break_even), 12.0 / 7, 1e-6);
    EXPECT_EQ(result[1].only_here, 0);
}

TEST(GpuWorth, BelowItTheGpuIsBoughtAndAboveItNot) {
    for (const std::int64_t cost : {1'700'000, 1'730'000}) {
        const workload::Problem problem = two_kinds(3, cost).build();
        const PlanningModel model = build_planning_model(problem).value();
        const Outcome outcome = make_planner("exact")->plan(model, {});
        ASSERT_TRUE(outcome.plan);
        std::int64_t fours = 0;
        for (const PartitionId m : model.partitions.ids()) {
            if (model.partitions[m].entry == FleetEntryId{1}) fours += outcome.plan->partitions[m];
        }
        EXPECT_EQ(fours > 0, cost == 1'700'000);
    }
}

TEST(GpuWorth, NamesServicesThatHaveNoChoice) {
    SmallProblem small = two_kinds(3, 2'000'000);
    small.row("vgg", "1g", 10, 20, {.gpu = "Four"});
    small.service("b", "vgg", 10, 100);
    const workload::Problem problem = small.build();
    const auto result = worths(problem);
    EXPECT_EQ(result[1].only_here, 1);
    EXPECT_EQ(result[0].only_here, 0);
}

}  // namespace
}  // namespace tangram::planner::explain
