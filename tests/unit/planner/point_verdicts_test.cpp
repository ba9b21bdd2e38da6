#include "planner/point_verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using test::ms;
using test::SmallProblem;

std::vector<PointVerdict> judge(const SmallProblem& small, std::size_t service = 0) {
    return judge_points(small.build(), ServiceId{service});
}

std::vector<std::string> reasons(const PointVerdict& verdict) {
    std::vector<std::string> texts;
    for (const Refusal& refusal : verdict.refusals) texts.push_back(refusal.reason);
    return texts;
}

TEST(LatencyInNumbers, ShowsEveryRule) {
    using perf::LatencyRule;
    EXPECT_EQ(latency_in_numbers(LatencyRule::kTwoBatches, ms(45), ms(0), ms(83.5)),
              "2 x 45 ms + 0 ms wait = 90 ms > 83.5 ms");
    EXPECT_EQ(latency_in_numbers(LatencyRule::kTwoBatches, ms(40), ms(3.5), ms(83.5)),
              "2 x 40 ms + 3.5 ms wait = 83.5 ms <= 83.5 ms");
    EXPECT_EQ(latency_in_numbers(LatencyRule::kMean, ms(10), ms(0), ms(9)), "10 ms > 9 ms");
    EXPECT_EQ(latency_in_numbers(LatencyRule::kParvaGpu, ms(45), ms(0), ms(100)),
              "45 ms >= 0.45 x 100 ms");
    EXPECT_EQ(latency_in_numbers(LatencyRule::kParvaGpu, ms(44), ms(0), ms(100)),
              "44 ms < 0.45 x 100 ms");
}

TEST(PointVerdicts, ExplainEveryChoiceOfAProfile) {
    SmallProblem small;
    small.row("m", "1g", 40, 10, {.batch = 1});
    small.row("m", "1g", 100, 20, {.batch = 8, .processes = 2});
    small.row("m", "1g", 100, 20, {.batch = 16});
    small.row("m", "1g", 300, 60, {.batch = 32});
    small.service("s", "m", 10, 50).max_processes = 2;
    const auto verdicts = judge(small);
    ASSERT_EQ(verdicts.size(), 4U);
    EXPECT_TRUE(verdicts[1].chosen);
    EXPECT_EQ(verdicts[0].why_not_chosen, "40 < 100 requests/s of batch 8, 2 processes");
    EXPECT_EQ(verdicts[2].why_not_chosen,
              "100 requests/s like batch 8, 2 processes, which has the smaller batch");
    EXPECT_THAT(reasons(verdicts[3]), testing::ElementsAre("60 ms > 50 ms"));
    EXPECT_EQ(verdicts[3].refusals[0].kind, RefusalKind::kLatency);
}

TEST(PointVerdicts, ListEveryReason) {
    SmallProblem small;
    small.row("m", "1g", 40, 80,
              {.processes = 4, .precision = "int8", .memory_mib = 12'000, .estimated = true});
    auto& service = small.service("s", "m", 10, 50);
    service.max_processes = 3;
    service.precision = "fp16";
    service.allow_profiles = {"2g", "3g"};
    service.allow_gpus = {small.edit().catalogue->find("Four").value()};
    const auto verdicts = judge(small);
    ASSERT_EQ(verdicts.size(), 1U);
    EXPECT_THAT(reasons(verdicts[0]),
                testing::ElementsAre(
                    "an estimate, and estimates are not allowed", "needs 12000 MiB, 1g has 10000",
                    "measured in 'int8', asked for 'fp16'", "4 processes > 3 allowed",
                    "profile 1g is not among those allowed: 2g, 3g",
                    "GPU model Seven is not among those allowed", "80 ms > 50 ms"));
}

TEST(PointVerdicts, MeasuredComesBeforeEstimated) {
    SmallProblem small;
    small.row("m", "1g", 900, 10, {.batch = 4, .estimated = true});
    small.row("m", "1g", 40, 10, {.batch = 2});
    small.service("s", "m", 10, 50);
    EXPECT_FALSE(judge(small)[0].admissible());
    small.edit().allow_estimates = true;
    const auto verdicts = judge(small);
    EXPECT_TRUE(verdicts[1].chosen);
    EXPECT_EQ(verdicts[0].why_not_chosen, "an estimate; batch 2, 1 process was measured");
}

TEST(PointVerdicts, LeaveOutOtherGpusAndUnknownProfiles) {
    SmallProblem small;
    small.row("m", "1g", 40, 10, {.gpu = "Four"});
    small.row("m", "none", 40, 10);
    small.row("m", "1g", 40, 10);
    small.service("s", "m", 10, 50);
    EXPECT_EQ(judge(small).size(), 1U);
    small.fleet("Seven");
    small.fleet("Four");
    small.fleet("Seven");
    const auto verdicts = judge(small);
    ASSERT_EQ(verdicts.size(), 3U);
    EXPECT_EQ(verdicts[1].entry, FleetEntryId{1});
    EXPECT_TRUE(verdicts[0].chosen && verdicts[1].chosen && verdicts[2].chosen);
}

}  // namespace
}  // namespace tangram::planner
