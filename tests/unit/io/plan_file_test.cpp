#include "io/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "io/deployment_file.h"
#include "io/price_text.h"
#include "unit/io/io_support.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using planner::Price;
using planner::Status;
using testing::HasSubstr;

class PlanFileTest : public testing::Test {
protected:
    PlanFileTest() {
        problem_ =
            test::MemoryFiles().problem(test::problem_text(test::service_text())).value().problem;
        model_ = planner::build_planning_model(problem_).value();
        outcome_.status = Status::kOptimal;
        outcome_.plan.emplace();
        outcome_.plan->partitions =
            IdVector<planner::PartitionId, std::int64_t>(model_.partitions.size(), 0);
        outcome_.plan->partitions[planner::PartitionId{0}] = 2;
        outcome_.cost = Cost{2'500'000};
        outcome_.bound = Cost{2'500'000};
        outcome_.prices.types =
            IdVector<planner::InstanceTypeId, Price>(model_.types.size(), Price{120'000'001});
        outcome_.prices.rents =
            IdVector<planner::FleetEntryId, Price>(model_.entries.size(), Price{0});
        outcome_.engine = "exact";
        outcome_.formulation = "priced";
        outcome_.stop_reason = "proven";
        outcome_.seed = std::numeric_limits<std::uint64_t>::max();
        outcome_.work = 12'345;
        outcome_.seconds = 0.25;
        deployment_ = test::small_deployment();
    }

    workload::Problem problem_;
    planner::PlanningModel model_;
    planner::Outcome outcome_;
    deployment::Deployment deployment_;
};

TEST_F(PlanFileTest, KeepsWhatRestarts) {
    EXPECT_EQ(write_plan(model_, outcome_, nullptr).find("restart"), std::string::npos);
    outcome_.restart = {planner::SliceTime{7'500}, planner::SliceTime{7'000}, 12, 3, 4, ""};
    const std::string text = write_plan(model_, outcome_, &deployment_);
    EXPECT_THAT(text, HasSubstr("\"restart\": {\"cost_slice_seconds\": 7.5, \"bound\": 7, "
                                "\"kept\": 12, \"started\": 3, \"stopped\": 4},\n"));
    const auto plan = parse_plan(text, "p.json");
    ASSERT_TRUE(plan && plan->restart) << plan.error().text();
    EXPECT_EQ(plan->restart->cost, planner::SliceTime{7'500});
    EXPECT_EQ(plan->restart->bound, planner::SliceTime{7'000});
    EXPECT_EQ(plan->restart->kept, 12);
    EXPECT_EQ(plan->restart->started, 3);
    EXPECT_EQ(plan->restart->stopped, 4);
}

TEST_F(PlanFileTest, WritesEveryField) {
    const std::string text = write_plan(model_, outcome_, &deployment_);
    EXPECT_THAT(text, testing::StartsWith("{\n"
                                          "  \"format\": \"tangram/plan\",\n"
                                          "  \"version\": 1,\n"
                                          "  \"status\": \"optimal\",\n"
                                          "  \"gpus\": 2,\n"
                                          "  \"cost\": 2.5,\n"
                                          "  \"bound\": 2.5,\n"
                                          "  \"gap\": 0,\n"
                                          "  \"engine\": \"exact\",\n"
                                          "  \"formulation\": \"priced\",\n"
                                          "  \"stop_reason\": \"proven\",\n"
                                          "  \"seed\": 18446744073709551615,\n"
                                          "  \"work\": 12345,\n"
                                          "  \"reproducible\": true,\n"
                                          "  \"prices\": {\n"
                                          "    \"types\": {\n"
                                          "      \"A100-SXM4-80GB\": {\"1g.10gb\": 0.1428571440"));
    EXPECT_THAT(text, HasSubstr("\n    \"rents\": {\"A100-SXM4-80GB\": 0}\n"));
    EXPECT_THAT(text, HasSubstr("\n      {\"id\": \"gpu-0\", "));
    EXPECT_THAT(text, testing::EndsWith("\"timing\": {\"seconds\": 0.250000}\n}\n"));
}

TEST_F(PlanFileTest, ReadsBackWhatWasWritten) {
    const auto plan = parse_plan(write_plan(model_, outcome_, &deployment_), "p.json");
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    EXPECT_EQ(plan->status, Status::kOptimal);
    EXPECT_EQ(plan->gpus, 2);
    EXPECT_EQ(plan->cost, Cost{2'500'000});
    EXPECT_EQ(plan->bound, Cost{2'500'000});
    EXPECT_EQ(plan->seed, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(plan->work, 12'345U);
    EXPECT_TRUE(plan->reproducible);
    EXPECT_EQ(plan->engine, "exact");
    EXPECT_EQ(plan->prices.at("A100-SXM4-80GB").at("1g.10gb"), Price{120'000'001});
    EXPECT_EQ(plan->rents.at("A100-SXM4-80GB"), Price{0});
    EXPECT_DOUBLE_EQ(plan->seconds, 0.25);
    ASSERT_TRUE(plan->deployment.has_value());
    EXPECT_EQ(write_deployment(*plan->deployment), write_deployment(deployment_));
}

TEST_F(PlanFileTest, SaysHowMuchRestsOnEstimatesWhereTheyAreAllowed) {
    EXPECT_EQ(write_plan(model_, outcome_, nullptr).find("estimated_instances"), std::string::npos);
    auto table = std::make_shared<perf::PerformanceTable>();
    const perf::ModelId resnet = table->intern_model("resnet50");
    for (const bool estimated : {false, true}) {
        perf::OperatingPoint point;
        point.gpu = "A100-80GB";
        point.model = resnet;
        point.precision = "fp16";
        point.profile = estimated ? "2g.20gb" : "1g.10gb";
        point.throughput = Rate{1'000};
        point.measures = {{table->intern_metric("latency_ms"), "mean", Duration{1}}};
        point.estimated = estimated;
        ASSERT_TRUE(table->add(point).has_value());
    }
    problem_.table = table;
    problem_.allow_estimates = true;
    model_ = planner::build_planning_model(problem_).value();
    ASSERT_EQ(model_.types.size(), 2U);
    outcome_.seed = 7;  // the schema checker has signed numbers only
    outcome_.plan->first_use = {0, 2};
    outcome_.plan->uses = {{planner::InstanceTypeId{0}, 3}, {planner::InstanceTypeId{1}, 2}};
    const std::string text = write_plan(model_, outcome_, nullptr);
    EXPECT_THAT(text, HasSubstr("\n  \"instances\": 5,\n  \"estimated_instances\": 2,\n"));
    const auto plan = parse_plan(text, "p.json");
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    EXPECT_EQ(plan->instances, 5);
    EXPECT_EQ(plan->estimated_instances, 2);
    const auto document = parse_json(text, "p.json");
    EXPECT_EQ(test::schema_error("plan", document->root()), "");
}

TEST_F(PlanFileTest, APlanIsADeploymentToo) {
    const auto read = parse_deployment(write_plan(model_, outcome_, &deployment_), "p.json");
    ASSERT_TRUE(read.has_value()) << read.error().text();
    EXPECT_EQ(write_deployment(*read), write_deployment(deployment_));
}

TEST_F(PlanFileTest, WithoutAPlanTheAmountsAreNull) {
    outcome_.status = Status::kInfeasible;
    outcome_.plan.reset();
    outcome_.prices = {};
    outcome_.gpus_needed = 17;
    const std::string text = write_plan(model_, outcome_, nullptr);
    EXPECT_THAT(text, HasSubstr("\"gpus\": null,\n  \"cost\": null,\n  \"bound\": 2.5,\n  \"gap\": "
                                "null,\n  \"gpus_needed\": 17,\n"));
    EXPECT_THAT(text, HasSubstr("\"types\": {},\n    \"rents\": {}\n"));
    const auto plan = parse_plan(text, "p.json");
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    EXPECT_EQ(plan->gpus_needed, 17);
    EXPECT_FALSE(plan->deployment);
    EXPECT_EQ(test::error_of(parse_deployment(text, "p.json")),
              "p.json: this plan has no deployment: its status is \"infeasible\"");
}

TEST_F(PlanFileTest, ErrorsNameThePlace) {
    const std::string text = write_plan(model_, outcome_, &deployment_);
    const auto error = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        const std::size_t at = changed.find(from);
        CHECK(at != std::string::npos, from);
        return test::error_of(parse_plan(changed.replace(at, from.size(), to), "p.json"));
    };
    EXPECT_THAT(error("\"optimal\"", "\"best\""), HasSubstr("one of: optimal, feasible"));
    EXPECT_THAT(error("\"cost\": 2.5", "\"cost\": null"), HasSubstr("\"gap\" are numbers"));
    EXPECT_THAT(error("\"gap\": 0", "\"gap\": 2"), HasSubstr("found 2"));
    EXPECT_THAT(error("\"seed\": 1", "\"seed\": -1"), HasSubstr("/seed: found -1"));
    EXPECT_THAT(error("\"work\": 12345", "\"work\": 1.5"), HasSubstr("/work: found 1.5"));
    EXPECT_THAT(error("\"engine\"", "\"motor\""), HasSubstr("unknown field"));
    EXPECT_THAT(error("0.1428", "\"x\", \"y\": 0.1428"), HasSubstr("/prices/types/A100-SXM4-80GB"));
    EXPECT_THAT(error("\"start\": 0", "\"start\": 99"),
                HasSubstr("/deployment/gpus/0/instances/0/start"));
    EXPECT_THAT(error(",\n  \"timing\": {\"seconds\": 0.250000}", ""),
                HasSubstr("\"timing\" is missing"));
}

TEST(GapMillionths, RoundedUpAndExact) {
    EXPECT_EQ(gap_millionths(Cost{0}, Cost{0}), 0);
    EXPECT_EQ(gap_millionths(Cost{5}, Cost{5}), 0);
    EXPECT_EQ(gap_millionths(Cost{5}, Cost{7}), 0);
    EXPECT_EQ(gap_millionths(Cost{3}, Cost{2}), 333'334);
    EXPECT_EQ(gap_millionths(Cost{1'000'000'000'000}, Cost{999'999'999'999}), 1);
    EXPECT_EQ(gap_millionths(Cost{1'000'000}, Cost{0}), 1'000'000);
}

TEST(PriceText, DeterminesThePriceExactly) {
    const auto back = [](std::int64_t count) {
        const Document document = test::json(price_text(Price{count}));
        FirstError error;
        const Price price = read_price(document.root(), error);
        EXPECT_FALSE(error);
        return price.count();
    };
    for (const std::int64_t count :
         {0LL, 1LL, 2LL, 839LL, 120'000'000LL, 119'999'999LL, 839'999'999LL, 840'000'000LL,
          840'000'000'000'001LL, -1LL, -120'000'001LL}) {
        EXPECT_EQ(back(count), count);
    }
    EXPECT_EQ(price_text(Price{120'000'000}), "0.142857142857");
    EXPECT_EQ(price_text(Price{420'000'000}), "0.5");
}

TEST_F(PlanFileTest, KeepsWhatAPartialPlanLeavesOut) {
    outcome_.status = planner::Status::kPartial;
    outcome_.partial =
        planner::Partial{.shortfalls = {{planner::ServiceId{0}, Rate{1'500}}},
                         .classes = {{.priority = 3, .services = 1, .share = 740, .beyond = 741},
                                     {.priority = -1, .services = 2, .share = 0, .beyond = {}}},
                         .cures = {{planner::FleetEntryId{0}, 3, true}}};
    const std::string text = write_plan(model_, outcome_, nullptr);
    const Result<PlanFile> plan = parse_plan(text, "plan.json");
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    EXPECT_EQ(plan->status, planner::Status::kPartial);
    ASSERT_TRUE(plan->partial.has_value());
    ASSERT_EQ(plan->partial->classes.size(), 2U);
    EXPECT_EQ(plan->partial->classes[0].priority, 3);
    EXPECT_EQ(plan->partial->classes[0].share, 740);
    EXPECT_EQ(plan->partial->classes[0].beyond_reach, 741);
    EXPECT_EQ(plan->partial->classes[1].priority, -1);
    EXPECT_FALSE(plan->partial->classes[1].beyond_reach);
    ASSERT_EQ(plan->partial->shortfalls.size(), 1U);
    EXPECT_EQ(plan->partial->shortfalls[0].served, Rate{1'500});
    ASSERT_EQ(plan->partial->cures.size(), 1U);
    EXPECT_EQ(plan->partial->cures[0].gpus, 3);
    EXPECT_TRUE(plan->partial->cures[0].fewest);
}

}  // namespace
}  // namespace tangram::io
