#include "planner/baseline/parvagpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner::baseline {
namespace {

struct Answer {
    Outcome outcome;
    std::vector<std::pair<std::string, std::int64_t>> uses;  // profile, count; of the first service
};

Answer run(const workload::Problem& problem) {
    const auto model = build_planning_model(problem);
    CHECK(model.has_value(), model.error().text());
    Answer answer{ParvaGpuPlanner().plan(*model, {}), {}};
    EXPECT_EQ(answer.outcome.engine, "parvagpu");
    EXPECT_EQ(answer.outcome.bound, Cost{});
    if (!answer.outcome.plan) return answer;
    EXPECT_THAT(validate_counts(*model, *answer.outcome.plan), testing::IsEmpty());
    for (const Use& use : answer.outcome.plan->uses_of(ServiceId{0})) {
        const InstanceType& type = model->types[use.type];
        answer.uses.emplace_back(problem.gpu_model(type.entry).profiles[type.profile].name,
                                 use.count);
    }
    return answer;
}

using Uses = std::vector<std::pair<std::string, std::int64_t>>;

test::SmallProblem best_on_two() {
    test::SmallProblem small;
    small.row("bert", "1g", 10, 20).row("bert", "2g", 30, 20).row("bert", "3g", 40, 20);
    small.row("bert", "4g", 50, 20);
    return small;
}

TEST(ParvaGpuPlanner, MostThroughputPerSliceAndTheSmallestForTheRest) {
    test::SmallProblem small = best_on_two();
    workload::Service& service = small.service("a", "bert", 69, 100);
    EXPECT_EQ(run(small.build()).uses, (Uses{{"1g", 1}, {"2g", 2}}));
    service.rate = test::rps(75);  // 15 is too much for 1g
    EXPECT_EQ(run(small.build()).uses, (Uses{{"2g", 3}}));
    service.rate = test::rps(60);
    EXPECT_EQ(run(small.build()).uses, (Uses{{"2g", 2}}));
}

TEST(ParvaGpuPlanner, MinimumReplicasAreFilledUpWithTheSmallest) {
    test::SmallProblem small = best_on_two();
    small.service("a", "bert", 60, 100).min_replicas = 4;
    EXPECT_EQ(run(small.build()).uses, (Uses{{"1g", 2}, {"2g", 2}}));
}

// Three 4g on three GPUs; one of them as five 1g fills the gaps of the other two.
TEST(ParvaGpuPlanner, HardlyUsedGpusAreSplitAndPackedAgain) {
    test::SmallProblem small;
    small.row("four", "4g", 40, 20);
    small.row("split", "1g", 9, 20).row("split", "2g", 18, 20).row("split", "4g", 40, 20);
    small.service("a", "split", 40, 100);
    small.service("b", "four", 40, 100);
    small.service("c", "four", 40, 100);
    const Answer answer = run(small.build());
    EXPECT_EQ(answer.outcome.cost, Cost{kCostPerUnit} * 2);
    EXPECT_EQ(answer.uses, (Uses{{"1g", 5}}));
}

TEST(ParvaGpuPlanner, SplittingThatSavesNothingIsTakenBack) {
    test::SmallProblem small;
    small.row("split", "1g", 9, 20).row("split", "4g", 40, 20);
    small.service("a", "split", 40, 100);
    const Answer answer = run(small.build());
    EXPECT_EQ(answer.outcome.cost, Cost{kCostPerUnit});
    EXPECT_EQ(answer.uses, (Uses{{"4g", 1}}));
}

TEST(ParvaGpuPlanner, TakesTheGpuModelThatMakesItCheapest) {
    test::SmallProblem small;
    test::RowExtras four;
    four.gpu = "Four";
    small.row("bert", "1g", 10, 20).row("bert", "1g", 20, 20, four);
    small.fleet("Seven");
    small.fleet("Four");
    small.service("a", "bert", 80, 100);
    EXPECT_EQ(run(small.build()).outcome.cost, Cost{kCostPerUnit});
}

TEST(ParvaGpuPlanner, SaysWhyThereIsNoPlan) {
    test::SmallProblem small = best_on_two();
    small.fleet("Seven", 1);
    small.service("a", "bert", 300, 100);
    const Outcome too_few = run(small.build()).outcome;
    EXPECT_EQ(too_few.status, Status::kUnknown);
    EXPECT_EQ(too_few.stop_reason, "needs 4 GPUs of one model, the fleet has 1");
    test::SmallProblem two_models;
    test::RowExtras four;
    four.gpu = "Four";
    two_models.row("bert", "1g", 10, 20).row("vgg", "1g", 20, 20, four);
    two_models.fleet("Seven");
    two_models.fleet("Four");
    two_models.service("a", "bert", 10, 100);
    two_models.service("b", "vgg", 10, 100);
    EXPECT_EQ(run(two_models.build()).outcome.stop_reason,
              "no GPU model of the fleet serves every service");
}

}  // namespace
}  // namespace tangram::planner::baseline
