// ParvaGPU's six scenarios on the measured table: optima that were proven by other means, under
// every planner they hold for.
#include <gtest/gtest.h>

#include <array>
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
                                         Expected{"whole-gpu", 3, {6, 11, 11, 11, 22, 23}},
                                         Expected{"all-1g", 3, {2, 3, 5, 7, 14, 19}}),
                         [](const auto& instance) {
                             std::string name = instance.param.planner + "_" +
                                                std::to_string(instance.param.max_processes);
                             for (char& c : name) c = c == '-' ? '_' : c;
                             return name;
                         });

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
