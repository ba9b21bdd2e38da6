#include "planner/pipeline/from_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner::pipeline {
namespace {

workload::Problem two_services() {
    test::SmallProblem small;
    small.row("bert", "1g", 10, 20).row("bert", "4g", 45, 20).row("vgg", "3g", 30, 20);
    small.fleet("Seven", 5);
    small.service("a", "bert", 50, 100).min_replicas = 2;
    small.service("b", "vgg", 25, 100);
    return small.build();
}

TEST(FromModel, EverythingKeepsItsIndex) {
    const workload::Problem asked = two_services();
    const auto model = build_planning_model(asked);
    ASSERT_TRUE(model.has_value());
    const rms::Problem problem = from_model(*model);
    EXPECT_EQ(problem.jobs()[rms::JobId{0}], (rms::Need{rms::JobId{0}, 50'000, 2}));
    EXPECT_EQ(problem.machine_types(), model->types.size());
    EXPECT_EQ(problem.room()[rms::PoolId{0}], 5);
    for (const ServiceId s : model->demands.ids()) {
        for (const Option& option : model->options_of(s)) {
            EXPECT_EQ(problem.speed(rms::JobId{s.index()}, rms::MachineTypeId{option.type.index()}),
                      option.throughput.count());
        }
    }
    ASSERT_EQ(problem.sets().size(), model->partitions.size());
    for (const PartitionId m : model->partitions.ids()) {
        std::vector<int> counts(model->types.size(), 0);
        for (const auto type : problem.sets()[rms::MachineSetId{m.index()}].machines) {
            ++counts[type.index()];
        }
        EXPECT_EQ(counts, model->partitions[m].counts);
    }
}

TEST(FromModel, WholesBecomeCounts) {
    const workload::Problem asked = two_services();
    const auto model = build_planning_model(asked);
    ASSERT_TRUE(model.has_value());
    const rms::Problem problem = from_model(*model);
    // Whatever set holds them: every machine to a service that can use it.
    rms::Configuration whole{rms::MachineSetId{0}, {}};
    std::int64_t used = 0;
    for (const auto type : problem.sets()[whole.set].machines) {
        const bool for_a = problem.speed(rms::JobId{0}, type) > 0;
        whole.jobs.push_back(for_a ? rms::JobId{0} : rms::JobId{1});
        ++used;
    }
    const CountPlan plan = to_plan(*model, problem, {{whole, 3}});
    EXPECT_EQ(plan.partitions[PartitionId{0}], 3);
    std::int64_t counted = 0;
    for (const Use& use : plan.uses) counted += use.count;
    EXPECT_EQ(counted, 3 * used);
    EXPECT_EQ(plan.first_use.size(), 3U);
}

}  // namespace
}  // namespace tangram::planner::pipeline
