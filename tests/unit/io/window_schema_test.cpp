// The schemas of scenarios and schedules say what the parsers say, as far as a schema can.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "io/files.h"
#include "io/schedule_file.h"
#include "unit/io/golden.h"
#include "unit/io/scenario_support.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::kPlainTenant;
using test::scenario_text;
using test::tenant_text;

const std::string kProfiled = "profiled: [{epochs: 1, accuracy: 0.7, seconds: {1g.10gb: 2}}]";

std::string schema_error_of(const std::string& text) {
    return test::schema_error("window-scenario", test::yaml(text).root());
}

TEST(WindowSchema, AcceptsWhatTheReadersAccept) {
    EXPECT_EQ(schema_error_of(test::kFullScenario), "");
    EXPECT_EQ(schema_error_of(read_file(test::golden_path("scenario.yaml")).value()), "");
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(TANGRAM_SOURCE_DIR) / "examples/window")) {
        if (entry.path().extension() != ".yaml") continue;
        EXPECT_EQ(schema_error_of(read_file(entry.path()).value()), "") << entry.path();
    }
    const std::string schedule = read_file(test::golden_path("schedule.json")).value();
    EXPECT_EQ(test::schema_error("window-schedule", test::json(schedule).root()), "");
}

TEST(WindowSchema, RefusesTheScenariosTheReaderRefuses) {
    const std::string good = scenario_text(tenant_text(kPlainTenant));
    EXPECT_EQ(schema_error_of(good), "");
    const std::string predicted = scenario_text(
        tenant_text(kPlainTenant + ", retraining: [{name: r, epochs: 3, " + kProfiled + "}]"));
    EXPECT_TRUE(test::parse_scenario(predicted).has_value());
    EXPECT_EQ(schema_error_of(predicted), "");
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"window-scenario", "problem"},
        {"version: 1", "version: 2"},
        {"name: s\n", "name: 5\n"},
        {"slot_s: 1\n", "slot_s: 0\n"},
        {"slot_s: 1\n", ""},
        {"window_s: 10", "window_s: 0"},
        {"gpus: [{model: A100-80GB}]", "gpus: []"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB, count: 0}]"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB, count: 1, ids: [a]}]"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB}]\nwindows: 0"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB}]\nlatency_rule: tail"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB}]\nswitching: {lod_s: 1}"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB}]\nswitching: {load_s: -1}"},
        {"gpus: [{model: A100-80GB}]", "gpus: [{model: A100-80GB}]\nrunning: [{}]"},
        {"accuracy: 0.7", "accuracy: 1.5"},
        {"accuracy: 0.7", "accuracy: fair"},
        {"accuracy: 0.7", "accuracy: null"},
        {"accuracy: 0.7", "accuracy: 0.7, floor: -0.1"},
        {"accuracy: 0.7", "accuracy: 0.7, later: {}"},
        {"accuracy: 0.7", "accuracy: 0.7, past: [-1]"},
        {"accuracy: 0.7", "accuracy: 0.7, slo: {latency_ms: 9}"},
        {"accuracy: 0.7", "accuracy: 0.7, retraining: [{name: r, seconds: 5}]"},
        {"accuracy: 0.7", "accuracy: 0.7, retraining: [{name: r, seconds: 0, accuracy: 1}]"},
        {"accuracy: 0.7", "accuracy: 0.7, retraining: [{name: r, epochs: 3}]"},
        {"accuracy: 0.7", "accuracy: 0.7, retraining: [{name: r, epochs: 0, " + kProfiled + "}]"},
        {"accuracy: 0.7",
         "accuracy: 0.7, retraining: [{name: r, seconds: 1, accuracy: 1, "
         "epochs: 3, " +
             kProfiled + "}]"},
        {"1g.10gb: 40", "1g.10gb: -40"},
        {"1g.10gb: 40", ""},
        {"rps: 100", "rps: 100, until_s: 3"},
        {"[{from_s: 0, rps: 100}]", "5"},
        {"[{from_s: 0, rps: 100}]", "{file: load.csv}"},
        {"[{from_s: 0, rps: 100}]", "{file: load.csv, column: photos, scale: 0}"},
    };
    for (const auto& [from, to] : changes) {
        std::string text = good;
        ASSERT_NE(text.find(from), std::string::npos) << from;
        text.replace(text.find(from), from.size(), to);
        EXPECT_FALSE(test::parse_scenario(text).has_value()) << text;
        EXPECT_NE(schema_error_of(text), "") << text;
    }
}

TEST(WindowSchema, RefusesTheSchedulesTheReaderRefuses) {
    const std::string good = read_file(test::golden_path("schedule.json")).value();
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"window-schedule", "plan"},
        {"\"version\": 1", "\"version\": 2"},
        {"\"window\": 0", "\"window\": -1"},
        {"\"slots\": 6", "\"slots\": 0"},
        {"\"slot_s\": 0.5", "\"slot_s\": 0"},
        {"\"optimal\"", "\"best\""},
        {"\"goodput\": ", "\"goodput\": -"},
        {"\"engine\": \"exact\"", "\"engine\": \"\""},
        {"\"reproducible\": true", "\"reproducible\": 1"},
        {"\"violations\": [", "\"violations\": [5, "},
        {"\"floor_kept\": false, ", ""},
        {"\"served_share\": ", "\"served_share\": 2"},
        {"\"start\": 4", "\"start\": 64"},
        {"\"size\": 4", "\"size\": 0"},
        {"\"use\": \"serve\"", "\"use\": \"idle\""},
        {"\"until\": 3", "\"until\": -1"},
        {"\"create_at_s\": 0.5, ", ""},
        {"\"use_from_s\": 0.5, ", ""},
        {"\"name\": \"short\", ", ""},
        {"\"seconds\": ", "\"seconds\": -"},
    };
    for (const auto& [from, to] : changes) {
        std::string text = good;
        ASSERT_NE(text.find(from), std::string::npos) << from;
        text.replace(text.find(from), from.size(), to);
        EXPECT_FALSE(parse_schedule(text, "s.json").has_value()) << to;
        const Document document = test::json(text);
        EXPECT_NE(test::schema_error("window-schedule", document.root()), "") << to;
    }
}

}  // namespace
}  // namespace tangram::io
