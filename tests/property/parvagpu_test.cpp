// ParvaGPU's six scenarios on the measured table: optima that were proven by other means, under
// every planner they hold for.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "deployment/checker.h"
#include "io/import/parvagpu.h"
#include "planner/assembly.h"
#include "planner/compact/compact.h"
#include "planner/planner.h"
#include "support/builtin_catalogue.h"

namespace tangram::planner {
namespace {

constexpr int kScenarios = 6;

workload::Problem scenario(int number, int max_processes, std::int64_t scale = 1) {
    const std::filesystem::path data =
        std::filesystem::path(TANGRAM_SOURCE_DIR) / "examples" / "data";
    io::ParvaGpuScenario import;
    import.rates = data / "parvagpu_scenarios" / "SLO_req_rate.csv";
    import.latencies = data / "parvagpu_scenarios" / "SLO_latency.csv";
    import.profiles = data / "profiles" / "parvagpu_inference.csv";
    import.scenario = number;
    import.scale_millionths = scale * 1'000'000;
    import.max_processes = max_processes;
    io::ProblemContext context;
    context.catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    auto file = io::import_parvagpu(import, context);
    CHECK(file.has_value(), file.error().text());
    return file->problem;
}

struct Expected {
    std::string planner;
    int max_processes;
    std::array<std::int64_t, kScenarios> gpus;
};

class ParvaGpu : public testing::TestWithParam<Expected> {};

TEST_P(ParvaGpu, KnownOptima) {
    const Expected& expected = GetParam();
    const auto planner = make_planner(expected.planner);
    ASSERT_NE(planner, nullptr);
    for (int number = 1; number <= kScenarios; ++number) {
        SCOPED_TRACE("S" + std::to_string(number));
        const workload::Problem problem = scenario(number, expected.max_processes);
        const auto model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const Outcome outcome = planner->plan(*model, {});
        ASSERT_TRUE(outcome.plan.has_value()) << outcome.stop_reason;
        const std::int64_t gpus = expected.gpus[static_cast<std::size_t>(number - 1)];
        EXPECT_EQ(outcome.cost, Cost{kCostPerUnit} * gpus);
        const bool free_cut = expected.planner == "exact" || expected.planner == "compact";
        EXPECT_EQ(outcome.status, free_cut ? Status::kOptimal : Status::kFeasible);
        EXPECT_EQ(outcome.bound, free_cut ? outcome.cost : Cost{});
        const Assembly assembly = assemble(plan_model_of(outcome, *model), *outcome.plan);
        EXPECT_TRUE(deployment::check(problem, assembly.deployment).ok());
        EXPECT_EQ(static_cast<std::int64_t>(assembly.deployment.gpus.size()), gpus);
    }
}

INSTANTIATE_TEST_SUITE_P(, ParvaGpu,
                         testing::Values(Expected{"exact", 3, {2, 3, 5, 7, 12, 17}},
                                         Expected{"exact", 1, {2, 3, 5, 7, 13, 18}},
                                         Expected{"compact", 3, {2, 3, 5, 7, 12, 17}},
                                         Expected{"compact", 1, {2, 3, 5, 7, 13, 18}},
                                         Expected{"parvagpu", 3, {2, 3, 5, 7, 14, 18}},
                                         Expected{"whole-gpu", 3, {6, 11, 11, 11, 22, 23}},
                                         Expected{"all-1g", 3, {2, 3, 5, 7, 14, 19}}),
                         [](const auto& instance) {
                             std::string name = instance.param.planner + "_" +
                                                std::to_string(instance.param.max_processes);
                             for (char& c : name) c = c == '-' ? '_' : c;
                             return name;
                         });

// What the paper's pipeline must reach: one GPU or 2 % above the optimum, greedy one or 8 %.
TEST(ParvaGpuScenarios, HeuristicsComeNear) {
    for (int number = 1; number <= kScenarios; ++number) {
        SCOPED_TRACE("S" + std::to_string(number));
        const workload::Problem problem = scenario(number, 3);
        const auto model = build_planning_model(problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const std::int64_t best = make_planner("exact")->plan(*model, {}).cost.count();
        for (const char* name : {"greedy", "tree-search", "genetic", "pipeline"}) {
            SCOPED_TRACE(name);
            const Outcome outcome = make_planner(name)->plan(*model, {});
            EXPECT_EQ(outcome.status, Status::kFeasible);
            EXPECT_GE(outcome.cost.count(), best);
            const std::int64_t allowed = name == std::string_view("greedy") ? best * 8 : best * 2;
            EXPECT_LE(outcome.cost.count() - best, std::max(kCostPerUnit, allowed / 100));
        }
    }
}

// The published 16 GPUs of S6 are below the optimum of the table as it is here: of the cells left
// out as distrusted, this one makes the difference.
TEST(ParvaGpuScenarios, OneDistrustedCellExplainsThePublishedS6) {
    workload::Problem problem = scenario(6, 3);
    perf::PerformanceTable table = *problem.table;
    const auto model_id = table.intern_model("densenet169");
    const auto& points = table.points();
    const auto like = std::ranges::find_if(points, [&](const perf::OperatingPoint& point) {
        return point.model == model_id && point.profile == "3g.40gb" && point.batch == 64 &&
               point.processes == 1;
    });
    ASSERT_NE(like, points.end());
    perf::OperatingPoint cell = *like;
    cell.batch = 128;
    cell.throughput = Rate{1'461 * kRatePerRps};
    cell.measures.front().value = std::chrono::milliseconds(88);
    ASSERT_TRUE(table.add(std::move(cell)).has_value());
    problem.table = std::make_shared<const perf::PerformanceTable>(std::move(table));
    const auto model = build_planning_model(problem);
    ASSERT_TRUE(model.has_value()) << model.error().text();
    EXPECT_EQ(make_planner("exact")->plan(*model, {}).cost, Cost{kCostPerUnit} * 16);
    EXPECT_EQ(make_planner("parvagpu")->plan(*model, {}).cost, Cost{kCostPerUnit} * 17);
}

// Sixfold: more GPUs than S6, and static-4-2-1 between the free cut and whole GPUs.
TEST(ParvaGpuScaled, PlannersKeepTheirOrder) {
    const workload::Problem problem = scenario(6, 3, 6);
    const auto model = build_planning_model(problem);
    ASSERT_TRUE(model.has_value());
    const auto cost = [&model](std::string_view name) {
        return make_planner(name)->plan(*model, {}).cost;
    };
    const Cost free_cut = cost("exact");
    EXPECT_EQ(free_cut, cost("compact"));
    EXPECT_LE(compact::compact_lp_bound(*model).bound, free_cut);
    EXPECT_LE(free_cut, cost("static-4-2-1"));
    EXPECT_LE(free_cut, cost("all-1g"));
    EXPECT_LT(cost("all-1g"), cost("whole-gpu"));
}

}  // namespace
}  // namespace tangram::planner
