#include "planner/prepaid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random_problem.h"
#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using test::SmallProblem;

TEST(LossesPrepaid, DropsWhatIsTooDearToLose) {
    SmallProblem small;
    small.row("m", "1g", 10, 5).row("m", "7g", 90, 5);
    small.service("kept", "m", 20, 50);
    small.service("safe", "m", 20, 50).survive_gpu = Share{500'000};
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    const PlanningModel prepaid = losses_prepaid(model);
    EXPECT_EQ(prepaid.options_of(ServiceId{0}).size(), 2U);
    EXPECT_EQ(prepaid.demands[ServiceId{0}].required, test::rps(20));
    // Two 1g without one leave 10; a 7g on top would need another.
    ASSERT_EQ(prepaid.options_of(ServiceId{1}).size(), 1U);
    EXPECT_EQ(prepaid.options_of(ServiceId{1})[0].throughput, test::rps(10));
    EXPECT_EQ(prepaid.demands[ServiceId{1}].required, test::rps(20));
    EXPECT_EQ(prepaid.demands[ServiceId{1}].after_loss(), Rate{0});
}

TEST(LossesPrepaid, GivesPlansOfTheOriginal) {
    const test::RandomShape shape{.instances_max = 5, .caps = false, .losses = true};
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const workload::Problem problem = test::random_problem(seed, shape);
        const PlanningModel model = build_planning_model(problem).value();
        const PlanningModel prepaid = losses_prepaid(model);
        for (const ServiceId s : model.demands.ids()) EXPECT_FALSE(prepaid.options_of(s).empty());
        const Outcome outcome = make_planner("greedy")->plan(prepaid, {});
        if (!outcome.plan) continue;
        EXPECT_THAT(validate_counts(model, *outcome.plan), testing::IsEmpty()) << seed;
    }
}

}  // namespace
}  // namespace tangram::planner
