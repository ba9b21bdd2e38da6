#include "planner/planning_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "planner/point_verdicts.h"
#include "support/small_problem.h"

namespace tangram::planner {
namespace {

using test::ms;
using test::rps;
using test::SmallProblem;
using testing::AllOf;
using testing::HasSubstr;

// Keeps the problem alive beside its model.
struct Built {
    explicit Built(const SmallProblem& small) : problem(small.build()) {
        Result<PlanningModel> result = build_planning_model(problem);
        CHECK(result.has_value(), result.error().text());
        model = *std::move(result);
    }
    [[nodiscard]] const perf::OperatingPoint& chosen(std::size_t service,
                                                     std::size_t option) const {
        return problem.table->point(model.options_of(ServiceId{service})[option].point);
    }

    workload::Problem problem;
    PlanningModel model;
};

std::string error_of(const SmallProblem& small) {
    const workload::Problem problem = small.build();
    const Result<PlanningModel> result = build_planning_model(problem);
    return result ? "no error" : result.error().text();
}

TEST(PlanningModel, TakesTheAdmissiblePointWithTheHighestThroughput) {
    SmallProblem small;
    small.row("bert", "2g", 100, 20, {.batch = 1});
    small.row("bert", "2g", 300, 60, {.batch = 8});
    small.row("bert", "2g", 200, 40, {.batch = 4});
    small.service("tight", "bert", 10, 50);
    small.service("loose", "bert", 10, 60);
    small.service("strict", "bert", 10, 20);
    const Built built(small);
    EXPECT_EQ(built.chosen(0, 0).batch, 4);
    EXPECT_EQ(built.chosen(1, 0).batch, 8);
    EXPECT_EQ(built.chosen(2, 0).batch, 1);
    EXPECT_EQ(built.model.options_of(ServiceId{0})[0].throughput, rps(200));
}

TEST(PlanningModel, BreaksTiesByBatchThenProcessesThenTableOrder) {
    SmallProblem small;
    small.row("a", "1g", 100, 10, {.batch = 8, .processes = 1});
    small.row("a", "1g", 100, 10, {.batch = 4, .processes = 2});
    small.row("a", "1g", 100, 10, {.batch = 4, .processes = 1, .source = "first"});
    small.row("a", "1g", 100, 10, {.batch = 4, .processes = 1, .source = "second"});
    small.service("s", "a", 10, 50).max_processes = 2;
    const Built built(small);
    EXPECT_EQ(built.chosen(0, 0).batch, 4);
    EXPECT_EQ(built.chosen(0, 0).processes, 1);
    EXPECT_EQ(built.chosen(0, 0).source, "first");
}

TEST(PlanningModel, KeepsToTheServicesLimits) {
    SmallProblem small;
    small.row("a", "1g", 100, 10);
    small.row("a", "1g", 150, 10, {.batch = 2, .processes = 2});
    small.row("a", "2g", 250, 10, {.precision = "fp16"});
    small.row("a", "3g", 400, 10);
    small.row("a", "4g", 900, 10, {.memory_mib = 40'001});
    small.row("a", "4g", 500, 10, {.batch = 2, .memory_mib = 40'000});
    small.row("a", "7g", 999, 10, {.estimated = true});
    small.service("one process", "a", 10, 50);
    small.service("two processes", "a", 10, 50).max_processes = 2;
    small.service("allow", "a", 10, 50).allow_profiles = {"3G", "1g"};
    const Built built(small);
    ASSERT_EQ(built.model.options_of(ServiceId{0}).size(), 4U);
    EXPECT_EQ(built.chosen(0, 0).throughput, rps(100));
    EXPECT_EQ(built.chosen(1, 0).throughput, rps(150));
    EXPECT_EQ(built.chosen(0, 3).throughput, rps(500)) << "more memory than the profile has";
    ASSERT_EQ(built.model.options_of(ServiceId{2}).size(), 2U);
    EXPECT_EQ(built.chosen(2, 1).profile, "3g");
}

TEST(PlanningModel, TakesEstimatesOnlyWhereTheyAreAllowed) {
    SmallProblem small;
    small.row("a", "1g", 100, 10);
    small.row("a", "1g", 500, 10, {.batch = 2, .estimated = true});
    small.row("a", "2g", 300, 10, {.estimated = true});
    small.row("a", "3g", 400, 90);
    small.row("a", "3g", 350, 20, {.batch = 2, .estimated = true});
    small.service("s", "a", 10, 50);
    EXPECT_EQ(Built(small).model.options_of(ServiceId{0}).size(), 1U);
    small.edit().allow_estimates = true;
    const Built built(small);
    ASSERT_EQ(built.model.options_of(ServiceId{0}).size(), 3U);
    EXPECT_EQ(built.chosen(0, 0).throughput, rps(100)) << "measured comes before a better estimate";
    EXPECT_TRUE(built.chosen(0, 1).estimated);
    EXPECT_EQ(built.chosen(0, 2).throughput, rps(350)) << "no measurement meets the objective";
}

TEST(PlanningModel, SaysWhereEstimatesWouldDo) {
    SmallProblem small;
    small.row("a", "1g", 100, 90);
    small.row("a", "1g", 90, 20, {.batch = 2, .estimated = true});
    small.row("a", "2g", 90, 20, {.batch = 2, .estimated = true});
    small.row("a", "2g", 90, 80, {.batch = 3, .estimated = true});
    small.service("s", "a", 10, 50);
    EXPECT_THAT(error_of(small),
                AllOf(HasSubstr("service 's'"), HasSubstr("an estimate, and estimates are not"),
                      HasSubstr("; 2 estimated points would do with --allow-estimates")));
}

TEST(PlanningModel, LeavesOutCombinationsThatDoNotRun) {
    SmallProblem small;
    small.row("a", "1g", 100, 10, {.batch = 1}).row("a", "1g", 200, 10, {.batch = 2});
    perf::Infeasible failing;
    failing.gpu = "seven-alias";
    failing.model = small.table().intern_model("a");
    failing.profile = "1g";
    failing.batch = 2;
    small.table().add_infeasible(failing);
    small.service("s", "a", 10, 50);
    EXPECT_EQ(Built(small).chosen(0, 0).batch, 1);
}

TEST(PlanningModel, AppliesTheRuleToEveryObjective) {
    SmallProblem small;
    small.edit().latency_rule = perf::LatencyRule::kTwoBatches;
    perf::OperatingPoint point;
    point.gpu = "Seven";
    point.profile = "1g";
    point.model = small.table().intern_model("llm");
    const perf::MetricId ttft = small.table().intern_metric("ttft_ms");
    const perf::MetricId itl = small.table().intern_metric("itl_ms");
    for (const int batch : {1, 2, 4}) {
        point.batch = batch;
        point.throughput = rps(10 * batch);
        point.measures = {{ttft, "mean", ms(100 * batch)}, {itl, "mean", ms(8 / batch)}};
        small.point_row(point);
    }
    small.service("ttft", "llm", 1, 0).slo = {{ttft, ms(400), {}}};
    small.service("both", "llm", 1, 0).slo = {{ttft, ms(800), {}}, {itl, ms(8), {}}};
    const Built built(small);
    EXPECT_EQ(built.chosen(0, 0).batch, 2) << "2 x 200 <= 400";
    EXPECT_EQ(built.chosen(1, 0).batch, 4);
}

TEST(PlanningModel, CountsOnlyTypesInUse) {
    SmallProblem small;
    small.row("a", "2g", 100, 10).row("b", "7g", 100, 10);
    small.fleet("Seven", 3);
    small.service("s", "a", 150, 50).min_replicas = 3;
    small.service("t", "b", 100, 50);
    const Built built(small);
    ASSERT_EQ(built.model.types.size(), 2U);
    ASSERT_EQ(built.model.partitions.size(), 2U) << "7g, or three 2g";
    EXPECT_EQ(built.model.partitions[PartitionId{0}].counts, (std::vector<int>{0, 1}));
    EXPECT_EQ(built.model.partitions[PartitionId{1}].counts, (std::vector<int>{3, 0}));
    EXPECT_EQ(built.model.partitions[PartitionId{1}].layout.placements().size(), 3U);
    EXPECT_EQ(built.model.entries[FleetEntryId{0}].cap, 3);
    EXPECT_EQ(built.model.demands[ServiceId{0}].min_replicas, 3);
}

TEST(PlanningModel, KeepsFleetEntriesApart) {
    SmallProblem small;
    small.row("a", "1g", 100, 10).row("a", "1g", 50, 10, {.gpu = "Four-alias"});
    small.fleet("Seven", 1, std::nullopt, 2);
    small.fleet("Four");
    small.fleet("Seven");
    small.service("all", "a", 150, 50);
    small.service("four", "a", 150, 50).allow_gpus = {small.edit().catalogue->find("four").value()};
    const Built built(small);
    ASSERT_EQ(built.model.types.size(), 3U);
    EXPECT_EQ(built.model.options_of(ServiceId{0}).size(), 3U);
    EXPECT_EQ(built.model.options_of(ServiceId{0})[1].throughput, rps(50));
    ASSERT_EQ(built.model.options_of(ServiceId{1}).size(), 1U);
    EXPECT_EQ(built.model.options_of(ServiceId{1})[0].type, InstanceTypeId{1});
    EXPECT_EQ(built.model.partitions[PartitionId{0}].cost, Cost{2 * kCostPerUnit});
}

TEST(PlanningModel, RoundsTheRequiredCapacityUp) {
    SmallProblem small;
    small.row("a", "1g", 100, 10);
    small.service("s", "a", 10, 50).max_utilization = Share{300'000};
    EXPECT_EQ(Built(small).model.demands[ServiceId{0}].required, Rate{33'334});
}

TEST(PlanningModel, CountsNamedGpus) {
    SmallProblem small;
    small.row("a", "1g", 100, 10);
    small.fleet("Seven");
    small.edit().nodes = {{"x", {{"g0", FleetEntryId{0}}, {"g1", FleetEntryId{0}}}},
                          {"y", {{"g2", FleetEntryId{0}}}}};
    small.service("s", "a", 10, 50);
    EXPECT_EQ(Built(small).model.entries[FleetEntryId{0}].cap, 3);
}

TEST(PlanningModelErrors, NameTheBestLatencyOfAnyProfile) {
    SmallProblem small;
    small.edit().latency_rule = perf::LatencyRule::kTwoBatches;
    small.row("bert", "1g", 100, 30).row("bert", "7g", 400, 13, {.batch = 4});
    small.service("chat", "bert", 10, 25);
    EXPECT_THAT(error_of(small), AllOf(HasSubstr("service 'chat'"), HasSubstr("latency_ms 25 ms"),
                                       HasSubstr("two-batches"),
                                       HasSubstr("13 ms (7g of Seven, batch 4, 1 process)"),
                                       HasSubstr("2 x 13 ms + 0 ms wait = 26 ms > 25 ms")));
}

TEST(PlanningModelErrors, SayWhatElseIsInTheWay) {
    SmallProblem small;
    small.row("bert", "1g", 100, 30, {.processes = 4});
    small.service("chat", "bert", 10, 50);
    EXPECT_THAT(error_of(small), AllOf(HasSubstr("1 point would meet it but is refused"),
                                       HasSubstr("4 processes > 1 allowed")));
}

TEST(PlanningModelErrors, NameTheGpusTheModelWasMeasuredOn) {
    SmallProblem small;
    small.row("bert", "1g", 100, 30, {.gpu = "Four"});
    small.service("chat", "bert", 10, 50);
    EXPECT_THAT(error_of(small), AllOf(HasSubstr("only on Four"), HasSubstr("'chat'")));
    small.service("ghost", "unheard of", 10, 50);
    small.fleet("Four");
    EXPECT_THAT(error_of(small), HasSubstr("no measurement of model 'unheard of'"));
}

TEST(PlanningModelErrors, NameTheStatisticsThereAre) {
    SmallProblem small;
    small.row("bert", "1g", 100, 30);
    small.service("chat", "bert", 10, 50).slo[0].percentile = 99;
    EXPECT_THAT(error_of(small),
                AllOf(HasSubstr("latency_ms p99 50 ms"), HasSubstr("latency_ms (mean)")));
}

TEST(PlanningModel, WhatMustBeLeftIsAShareOfTheRateRoundedUp) {
    SmallProblem small;
    small.row("bert", "1g", 100, 30);
    small.fleet("Seven", 4, 2);
    auto& service = small.service("chat", "bert", 10, 50);
    service.rate = Rate{1'001};
    service.max_utilization = Share{500'000};
    service.survive_gpu = Share{500'000};
    service.survive_node = Share{1};
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    const Demand& demand = model.demands[ServiceId{0}];
    EXPECT_EQ(demand.required, Rate{2'002});
    EXPECT_EQ(demand.after_gpu_loss, Rate{501});
    EXPECT_EQ(demand.after_node_loss, Rate{1});
    EXPECT_EQ(demand.after_loss(), Rate{501});
}

TEST(PlanningModelErrors, RefuseWhatCannotBePlanned) {
    SmallProblem blind;
    blind.fleet("Blind");
    EXPECT_THAT(error_of(blind), AllOf(HasSubstr("Blind"), HasSubstr("geometry unknown")));

    const auto with = [](auto&& change) {
        SmallProblem small;
        small.row("bert", "1g", 100, 30);
        change(small, small.service("chat", "bert", 10, 50));
        return error_of(small);
    };
    using workload::Service;
    EXPECT_EQ(with([](SmallProblem&, Service&) {}), "no error");
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.survive_gpu = Share{1'000'001}; }),
                HasSubstr("survive 1.000001 is outside [0, 1]"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.survive_node = Share{500'000}; }),
                HasSubstr("survive: {node: ...} needs nodes"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.spread = workload::Spread::kNode; }),
                HasSubstr("needs nodes"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.rate = Rate{1'000'000'000'000'001}; }),
                HasSubstr("outside 0 .. 1000000000000"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) {
                    s.rate = Rate{1'000'000'000'000'000};
                    s.max_utilization = Share{999'999};
                }),
                HasSubstr("needs more than"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.rate = Rate{-1}; }), HasSubstr("-0.001"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.max_utilization = Share{0}; }),
                HasSubstr("max_utilization 0"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.min_replicas = 0; }),
                HasSubstr("at least 1"));
    EXPECT_THAT(with([](SmallProblem&, Service& s) { s.allow_profiles = {"9g"}; }),
                HasSubstr("'9g'"));
    EXPECT_THAT(with([](SmallProblem& small, Service&) {
                    small.row("bert", "2g", 100, 30, {.precision = "int8"});
                }),
                AllOf(HasSubstr("2 precisions"), HasSubstr("'fp16', 'int8'")));
}

// The fast choice and its explanation are two implementations of one rule.
TEST(PlanningModel, ChoosesWhatTheVerdictsSay) {
    Random random(7);
    for (int round = 0; round < 200; ++round) {
        SmallProblem small;
        small.edit().latency_rule = static_cast<perf::LatencyRule>(random.below(3));
        small.edit().allow_estimates = round % 2 == 1;
        int source = 0;
        for (int i = 0; i < 40; ++i) {
            test::RowExtras extras;
            extras.batch = static_cast<int>(random.between(1, 4));
            extras.processes = static_cast<int>(random.between(1, 3));
            extras.source = std::to_string(source++);
            extras.estimated = random.below(3) == 0;
            if (random.below(4) == 0) extras.memory_mib = random.between(5'000, 50'000);
            const char* profiles[] = {"1g", "2g", "3g", "4g", "7g"};
            small.row("m", profiles[random.below(5)], static_cast<double>(random.between(1, 20)),
                      static_cast<double>(random.between(1, 40)), extras);
        }
        for (int i = 0; i < 10; ++i) {
            auto& service = small.service(std::to_string(i), "m", 5,
                                          static_cast<double>(random.between(40, 160)));
            service.max_processes = static_cast<int>(random.between(1, 3));
            service.max_wait = ms(static_cast<double>(random.below(10)));
            if (random.below(4) == 0) service.allow_profiles = {"2g", "7g", "1g"};
        }
        const workload::Problem problem = small.build();
        const Result<PlanningModel> model = build_planning_model(problem);
        if (!model) continue;
        for (const ServiceId service : problem.services.ids()) {
            std::vector<std::pair<gpu::ProfileId, perf::OperatingPointId>> fast;
            std::vector<std::pair<gpu::ProfileId, perf::OperatingPointId>> explained;
            for (const Option& option : model->options_of(service)) {
                fast.emplace_back(model->types[option.type].profile, option.point);
            }
            for (const PointVerdict& verdict : judge_points(problem, service)) {
                if (verdict.chosen) explained.emplace_back(verdict.profile, verdict.point);
            }
            ASSERT_EQ(fast, explained) << "round " << round;
        }
    }
}

TEST(PlanningModel, FreeGpusNeedACount) {
    SmallProblem small;
    small.fleet("Seven").cost = Cost{0};
    small.row("bert", "1g", 30, 20);
    small.service("a", "bert", 10, 100);
    EXPECT_THAT(error_of(small), HasSubstr("free GPUs need a count"));
    SmallProblem counted;
    counted.fleet("Seven", 2).cost = Cost{0};
    counted.row("bert", "1g", 30, 20);
    counted.service("a", "bert", 10, 100);
    EXPECT_EQ(error_of(counted), "no error");
}

TEST(CostStep, IsTheGreatestCommonDivisor) {
    SmallProblem small;
    small.fleet("Seven").cost = Cost{2'500'000};
    small.fleet("Four").cost = Cost{1'000'000};
    small.row("bert", "1g", 30, 20).row("bert", "1g", 30, 20, {.gpu = "Four"});
    small.service("a", "bert", 10, 100);
    Built built(small);
    EXPECT_EQ(cost_step(built.model), Cost{500'000});
    for (PartitionChoice& partition : built.model.partitions) partition.cost = Cost{0};
    EXPECT_EQ(cost_step(built.model), Cost{1});
}

}  // namespace
}  // namespace tangram::planner
