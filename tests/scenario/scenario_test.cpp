// Runs every file of problems/ under every planner; see README.md for the form of a file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "deployment/checker.h"
#include "io/problem_file.h"
#include "planner/assembly.h"
#include "planner/planner.h"
#include "support/builtin_catalogue.h"

namespace tangram::planner {
namespace {

const std::filesystem::path kProblems =
    std::filesystem::path(TANGRAM_SOURCE_DIR) / "tests" / "scenario" / "problems";

std::vector<std::string> scenarios() {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(kProblems)) {
        if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
    }
    std::ranges::sort(names);
    return names;
}

struct Expectation {
    std::string status;
    std::map<std::string, double> numbers;  // gpus, cost, bound, need
};

std::map<std::string, Expectation> expectations(const std::filesystem::path& file) {
    std::map<std::string, Expectation> all;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string hash, expect, engine;
        words >> hash >> expect >> engine;
        if (hash != "#" || expect != "expect") continue;
        words >> all[engine].status;
        std::string key;
        double number = 0;
        while (words >> key >> number) all[engine].numbers[key] = number;
    }
    return all;
}

// What a plan that exists must be, beyond its cost.
void expect_sound(const workload::Problem& problem, const PlanningModel& model,
                  const Outcome& outcome, const Expectation& expected) {
    const Assembly assembly = assemble(plan_model_of(outcome, model), *outcome.plan);
    EXPECT_TRUE(assembly.spread_met);
    for (const auto& violation : deployment::check(problem, assembly.deployment).violations) {
        ADD_FAILURE() << violation.place << ": " << violation.message;
    }
    ASSERT_TRUE(expected.numbers.contains("gpus"));
    const double gpus = expected.numbers.at("gpus");
    EXPECT_DOUBLE_EQ(static_cast<double>(assembly.deployment.gpus.size()), gpus);
    const double cost = expected.numbers.contains("cost") ? expected.numbers.at("cost") : gpus;
    EXPECT_DOUBLE_EQ(cost_units(outcome.cost), cost);
    EXPECT_EQ(outcome.bound == outcome.cost, outcome.status == Status::kOptimal);
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, UnderEveryPlanner) {
    const std::filesystem::path file = kProblems / (GetParam() + ".yaml");
    io::ProblemContext context;
    context.catalogue = std::make_shared<const gpu::Catalogue>(support::builtin_catalogue());
    const auto read = io::read_problem(file, context);
    ASSERT_TRUE(read.has_value()) << read.error().text();
    const auto model = build_planning_model(read->problem);
    ASSERT_TRUE(model.has_value()) << model.error().text();
    const auto expected = expectations(file);
    for (const std::string_view engine : planner_names()) {
        SCOPED_TRACE(engine);
        const auto found = expected.find(std::string(engine));
        ASSERT_NE(found, expected.end()) << "the file says nothing about " << engine;
        const Outcome outcome = make_planner(engine)->plan(*model, {});
        EXPECT_EQ(name(outcome.status), found->second.status) << outcome.stop_reason;
        if (outcome.plan) expect_sound(read->problem, *model, outcome, found->second);
        if (found->second.numbers.contains("bound")) {
            EXPECT_DOUBLE_EQ(cost_units(outcome.bound), found->second.numbers.at("bound"));
        }
        if (found->second.numbers.contains("need")) {
            EXPECT_EQ(outcome.gpus_needed,
                      static_cast<std::int64_t>(found->second.numbers.at("need")));
        }
    }
    EXPECT_EQ(expected.size(), planner_names().size());
}

INSTANTIATE_TEST_SUITE_P(, Scenario, testing::ValuesIn(scenarios()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace tangram::planner
