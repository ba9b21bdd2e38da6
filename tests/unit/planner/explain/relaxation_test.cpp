#include "planner/explain/relaxation.h"

#include <gtest/gtest.h>

#include <array>

#include "base/random.h"
#include "support/small_problem.h"

namespace tangram::planner::explain {
namespace {

using test::ms;
using test::SmallProblem;

TEST(SmallestObjective, IsTheFirstTheRuleAdmits) {
    Random random(3);
    for (const perf::LatencyRule rule :
         {perf::LatencyRule::kMean, perf::LatencyRule::kTwoBatches, perf::LatencyRule::kParvaGpu}) {
        for (int i = 0; i < 2'000; ++i) {
            const Duration latency{random.between(1, i < 1'000 ? 50 : 5'000'000'000)};
            const Duration wait{random.between(0, 30)};
            const Duration needed = smallest_objective(rule, latency, wait);
            EXPECT_TRUE(perf::admissible(rule, latency, wait, needed));
            EXPECT_FALSE(perf::admissible(rule, latency, wait, needed - Duration{1}));
        }
    }
}

TEST(FindBlocker, NamesTheSmallestObjectiveThatWouldDo) {
    SmallProblem small;
    small.row("bert", "1g", 10, 30).row("bert", "2g", 20, 25).row("bert", "7g", 50, 40);
    small.service("slow", "bert", 5, 20);
    const workload::Problem problem = small.build();
    const std::optional<Blocker> blocker = find_blocker(problem, workload::ServiceId{0});
    ASSERT_TRUE(blocker.has_value());
    EXPECT_EQ(blocker->points, 3U);
    ASSERT_EQ(blocker->refusals.size(), 1U);
    EXPECT_EQ(blocker->refusals[0], std::pair(RefusalKind::kLatency, std::size_t{3}));
    ASSERT_TRUE(blocker->relaxation.has_value());
    EXPECT_EQ(problem.table->point(blocker->relaxation->point.point).profile, "2g");
    ASSERT_EQ(blocker->relaxation->objectives.size(), 1U);
    EXPECT_EQ(blocker->relaxation->objectives[0].asked, ms(20));
    EXPECT_EQ(blocker->relaxation->objectives[0].needed, ms(25));
    EXPECT_EQ(blocker->relaxation->objectives[0].latency, ms(25));
}

TEST(FindBlocker, TheRelaxedObjectiveUnblocksAndNothingLessDoes) {
    for (const perf::LatencyRule rule :
         {perf::LatencyRule::kMean, perf::LatencyRule::kTwoBatches, perf::LatencyRule::kParvaGpu}) {
        SmallProblem small;
        small.row("bert", "1g", 10, 30).row("bert", "2g", 20, 25.5);
        small.service("slow", "bert", 5, 7).max_wait = ms(3);
        small.edit().latency_rule = rule;
        workload::Problem problem = small.build();
        const workload::ServiceId service{0};
        const Duration needed = find_blocker(problem, service)->relaxation->objectives[0].needed;
        problem.services[service].slo[0].max = needed;
        EXPECT_FALSE(find_blocker(problem, service).has_value());
        problem.services[service].slo[0].max = needed - Duration{1};
        EXPECT_TRUE(find_blocker(problem, service).has_value());
    }
}

TEST(FindBlocker, CountsOtherRefusalsAndOffersNoObjectiveThen) {
    SmallProblem small;
    small.row("bert", "1g", 10, 30, {.processes = 2}).row("bert", "2g", 20, 25, {.processes = 3});
    small.service("slow", "bert", 5, 28);
    const workload::Problem problem = small.build();
    const std::optional<Blocker> blocker = find_blocker(problem, workload::ServiceId{0});
    ASSERT_TRUE(blocker.has_value());
    EXPECT_FALSE(blocker->relaxation.has_value());
    ASSERT_EQ(blocker->refusals.size(), 2U);
    EXPECT_EQ(blocker->refusals[0], std::pair(RefusalKind::kProcesses, std::size_t{2}));
    EXPECT_EQ(blocker->refusals[1], std::pair(RefusalKind::kLatency, std::size_t{1}));
}

TEST(FindBlockers, FindsAllUpToALimit) {
    SmallProblem small;
    small.row("bert", "1g", 10, 30);
    for (const char* name : {"a", "b", "c"}) small.service(name, "bert", 5, 10);
    small.service("fine", "bert", 5, 100);
    EXPECT_EQ(find_blockers(small.build()).size(), 3U);
    EXPECT_EQ(find_blockers(small.build(), 2).size(), 2U);
}

}  // namespace
}  // namespace tangram::planner::explain
