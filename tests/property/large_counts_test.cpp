// Few services with counts in the hundreds and thousands, on the measured table: where a solver's
// tolerances are tried hardest, two formulations must not contradict each other.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/performance_csv.h"
#include "planner/compact/compact.h"
#include "planner/planner.h"
#include "support/builtin_catalogue.h"
#include "support/soak.h"
#include "workload/generator.h"

namespace tangram::planner {
namespace {

std::shared_ptr<const perf::PerformanceTable> measured_table() {
    const auto file = std::filesystem::path(TANGRAM_SOURCE_DIR) / "examples" / "data" / "profiles" /
                      "parvagpu_inference.csv";
    auto table = std::make_shared<perf::PerformanceTable>();
    std::vector<std::string> warnings;
    const Result<void> read = io::read_performance_file(file.string(), *table, warnings);
    CHECK(read.has_value(), read.error().text());
    return table;
}

struct Family {
    std::size_t services;
    double scale;
    std::uint64_t seeds;
};

class LargeCounts : public testing::TestWithParam<Family> {};

TEST_P(LargeCounts, FormulationsAgree) {
    const auto catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    const auto table = measured_table();
    for (std::uint64_t seed = 1; seed <= test::soaked(GetParam().seeds); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        workload::GeneratorOptions options;
        options.seed = seed;
        options.services = GetParam().services;
        options.rate_scale = GetParam().scale;
        const auto problem = workload::generate(options, catalogue, table);
        ASSERT_TRUE(problem.has_value()) << problem.error().text();
        const auto model = build_planning_model(*problem);
        ASSERT_TRUE(model.has_value()) << model.error().text();
        const Outcome exact = make_planner("exact")->plan(*model, {});
        const Outcome compact = compact::CompactPlanner().plan(*model, {.work_budget = 5'000'000});
        ASSERT_TRUE(exact.plan.has_value());
        EXPECT_LE(exact.bound, exact.cost);
        EXPECT_LE(compact.bound, exact.cost);
        if (!compact.plan) continue;
        EXPECT_LE(exact.bound, compact.cost);
        if (compact.status == Status::kOptimal) {
            EXPECT_EQ(exact.cost, compact.cost);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, LargeCounts,
                         testing::Values(Family{1, 1'000, 20}, Family{11, 300, 3},
                                         Family{11, 1'000, 3}, Family{30, 30, 3}),
                         [](const auto& instance) {
                             return std::to_string(instance.param.services) + "_services_x" +
                                    std::to_string(static_cast<int>(instance.param.scale));
                         });

}  // namespace
}  // namespace tangram::planner
