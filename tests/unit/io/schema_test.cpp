// The JSON Schemas say what the parsers say, as far as a schema can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "io/deployment_file.h"
#include "io/plan_file.h"
#include "io/problem_template.h"
#include "unit/io/golden.h"
#include "unit/io/io_support.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;
using test::schema_error;

std::string schema_error_of(std::string_view schema, const std::string& text) {
    const auto document = parse_yaml_or_json(text, "file");
    return document ? schema_error(schema, document->root()) : document.error().text();
}

std::string format_of(const std::string& text) {
    const auto document = parse_yaml_or_json(text, "file");
    if (!document) return "";
    const auto format = document->root().find("format");
    return format && format->is(Kind::kText) ? std::string(format->text()) : "";
}

// Every YAML and JSON file of ours in the tree satisfies its schema.
TEST(Schema, EveryExampleIsValid) {
    int checked = 0;
    for (const char* folder : {"examples", "tests/golden", "src/gpu"}) {
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(TANGRAM_SOURCE_DIR) / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".yaml" && extension != ".json") continue;
            const std::string text = read_file(entry.path()).value();
            const std::string format = format_of(text);
            for (const char* name : {"problem", "deployment", "plan", "catalogue"}) {
                if (format != std::string("tangram/") + name) continue;
                EXPECT_EQ(schema_error_of(name, text), "") << entry.path();
                ++checked;
            }
        }
    }
    EXPECT_GE(checked, 3);
}

TEST(Schema, GeneratedFilesAreValid) {
    const std::string nodes = "nodes:\n  - {name: n0, gpus: [{id: a, model: A100-SXM4-80GB}]}\n";
    const auto problem = test::MemoryFiles().problem(test::problem_text(
        test::service_text(", spread: node, survive: {gpu: 100%, node: 0.5}, priority: -3, "
                           "max_utilization: 90%, allow: {profiles: [2g.20gb]}, max_wait_ms: 1"),
        nodes));
    ASSERT_TRUE(problem.has_value()) << problem.error().text();
    EXPECT_EQ(schema_error_of("problem", write_problem_yaml(problem->problem, problem->references)),
              "");
    EXPECT_EQ(schema_error_of("problem", write_problem_json(problem->problem, problem->references)),
              "");
    EXPECT_EQ(schema_error_of("problem", problem_template("t.csv")), "");
    EXPECT_EQ(schema_error_of("deployment", write_deployment(test::small_deployment())), "");
}

TEST(Schema, PlansAreValidWithAndWithoutADeployment) {
    const auto file = test::MemoryFiles().problem(test::problem_text(test::service_text()));
    const auto model = planner::build_planning_model(file->problem).value();
    planner::Outcome outcome;
    outcome.status = planner::Status::kInfeasible;
    outcome.gpus_needed = 3;
    EXPECT_EQ(schema_error_of("plan", write_plan(model, outcome, nullptr)), "");
    outcome.status = planner::Status::kFeasible;
    outcome.plan.emplace();
    outcome.cost = Cost{3'000'000};
    outcome.bound = Cost{2'000'000};
    outcome.prices.types =
        IdVector<planner::InstanceTypeId, planner::Price>(model.types.size(), planner::Price{1});
    const deployment::Deployment deployment = test::small_deployment();
    const std::string text = write_plan(model, outcome, &deployment);
    EXPECT_EQ(schema_error_of("plan", text), "");
    std::string broken = text;
    broken.replace(broken.find("\"start\": 0"), 10, "\"start\": -1");
    EXPECT_NE(schema_error_of("plan", broken), "") << "the deployment inside is checked too";
}

// Refused by the parser and by the schema, for the same reason.
void expect_both_refuse(const std::vector<std::string>& problems) {
    for (const std::string& text : problems) {
        EXPECT_FALSE(test::MemoryFiles().problem(text).has_value()) << text;
        EXPECT_NE(schema_error_of("problem", text), "") << text;
    }
}

TEST(Schema, RefusesTheServicesTheParserRefuses) {
    using test::problem_text;
    using test::service_text;
    const auto service = [](const std::string& more) { return problem_text(service_text(more)); };
    const auto slo = [](const std::string& text) {
        return problem_text("  - {name: s, model: resnet50, rate: 1, slo: " + text + "}\n");
    };
    expect_both_refuse({
        service(", modle: x"),
        service(", max_processes: 0"),
        service(", max_processes: 1.5"),
        service(", max_processes: two"),
        service(", min_replicas: 0"),
        service(", min_replicas: 1e7"),
        service(", max_wait_ms: -1"),
        service(", priority: 1e9"),
        service(", spread: rack"),
        service(", survive: {}"),
        service(", survive: {rack: 1}"),
        service(", survive: {gpu: 0}"),
        service(", survive: {gpu: 1.5}"),
        service(", survive: {gpu: half}"),
        service(", max_utilization: 0"),
        service(", allow: {}"),
        service(", allow: {profiles: []}"),
        service(", allow: {gpus: A30}"),
        service(", precision: ''"),
        slo("{}"),
        slo("50"),
        slo("{latency_ms: 0}"),
        slo("{latency_ms: -5}"),
        slo("{latency_ms: 1e10}"),
        slo("{latency_ms: {}}"),
        slo("{latency_ms: {max: 5, percentil: 99}}"),
        slo("{latency_ms: {max: 5, percentile: 100}}"),
        problem_text("  - {name: s, model: m, rate: -1, slo: {latency_ms: 5}}\n"),
        problem_text("  - {name: s, model: m, rate: 1e400, slo: {latency_ms: 5}}\n"),
        problem_text("  - {name: 5, model: m, rate: 1, slo: {latency_ms: 5}}\n"),
        problem_text("  - {model: m, rate: 1, slo: {latency_ms: 5}}\n"),
        problem_text("  - {name: s, model: m, slo: {latency_ms: 5}}\n"),
        problem_text("  - {name: s, model: m, rate: 1}\n"),
        problem_text("  {}\n"),
    });
}

TEST(Schema, RefusesTheProblemsTheParserRefuses) {
    using test::problem_text;
    using test::service_text;
    expect_both_refuse({
        problem_text(service_text(), "latency_rule: tail\n"),
        problem_text(service_text(), "rules: 5\n"),
        problem_text(service_text(), "    count: -1\n"),
        problem_text(service_text(), "    cost: 0\n"),
        problem_text(service_text(), "    gpus_per_node: 0\n"),
        problem_text(service_text(), "    size: 3\n"),
        problem_text(service_text(), "nodes: []\n"),
        problem_text(service_text(), "nodes: [{name: n}]\n"),
        problem_text(service_text(), "max_utilization: 101\n"),
        "format: tangram/problem\nversion: 2\ngpus: [{model: A30}]\nprofiles: "
        "[t.csv]\nservices:\n" +
            service_text(),
        "format: tangram/plan\nversion: 1\ngpus: [{model: A30}]\nprofiles: [t.csv]\nservices:\n" +
            service_text(),
        "format: tangram/problem\nversion: 1\nprofiles: [t.csv]\nservices:\n" + service_text(),
        "format: tangram/problem\nversion: 1\ngpus: []\nprofiles: [t.csv]\nservices:\n" +
            service_text(),
        "format: tangram/problem\nversion: 1\ngpus: [{model: A30}]\nprofiles: []\nservices:\n" +
            service_text(),
        "format: tangram/problem\nversion: 1\ngpus: [{model: A30}]\nservices:\n" + service_text(),
        "format: tangram/problem\nversion: 1\ngpus: [{model: A30}]\nprofiles: [t.csv]\n",
        "[]",
        "5",
    });
}

TEST(Schema, RefusesTheDeploymentsTheParserRefuses) {
    const std::string good = write_deployment(test::small_deployment());
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"tangram/deployment", "tangram/problem"},
        {"\"version\": 1", "\"version\": \"1\""},
        {"\"gpus_total\": 2", "\"gpus_total\": -2"},
        {"\"gpus_total\": 2", "\"gpus_totl\": 2"},
        {"\"cost\": 2.5", "\"cost\": -1"},
        {"\"memory_slices\": 8", "\"memory_slices\": 0"},
        {"\"memory_slices\": 8", "\"memory_slices\": 65"},
        {"\"size\": 1", "\"size\": 1.5"},
        {"\"rate_rps\": 1}", "\"rate_rps\": -1}"},
        {"\"batch\": 4", "\"batch\": 0"},
        {"\"estimated\": false", "\"estimated\": null"},
        {"\"status\": \"ok\"", "\"status\": \"fine\""},
        {"\"phase\": \"idle\"", "\"phase\": \"asleep\""},
        {"\"start\": 3", "\"start\": 64"},
        {"\"point\": 1, ", ""},
        {"\"service\": \"photos\", ", ""},
        {"\"id\": \"gpu-0\", ", ""},
        {"\"id\": \"gpu-0\"", "\"id\": \"\""},
        {"\"source\": \"t\", ", ""},
    };
    for (const auto& [from, to] : changes) {
        std::string text = good;
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        EXPECT_FALSE(parse_deployment(text, "d").has_value()) << to;
        EXPECT_NE(schema_error_of("deployment", text), "") << to;
    }
}

}  // namespace
}  // namespace tangram::io
