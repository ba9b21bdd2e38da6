#include "report/window_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/report/xml_check.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Json engine(const std::string& name, double goodput, double slots, double on_demand_slots) {
    return {{"engine", name},
            {"status", "feasible"},
            {"goodput", goodput},
            {"gap", 1 - goodput / 1000},
            {"served_share", 0.5},
            {"mean_accuracy", 0.75},
            {"retrained", 1},
            {"switching", {{"slots", slots}, {"loss", slots * 10}}},
            {"on_demand_goodput", goodput - 10},
            {"on_demand_switching", {{"slots", on_demand_slots}, {"loss", on_demand_slots * 10}}},
            {"stop_reason", "heuristic"},
            {"note", ""},
            {"work", 1},
            {"reproducible", true},
            {"timing", {{"seconds", 0.5}}}};
}

Json window(std::vector<Json> engines) {
    return {{"scenario", "a<b"},
            {"gpus", 1},
            {"tenants", 2},
            {"slots", 100},
            {"slot_s", 0.5},
            {"bound", 1000},
            {"engines", std::move(engines)}};
}

std::string comparison(std::vector<Json> windows) {
    return Json({{"format", "tangram/window-comparison"},
                 {"version", 1},
                 {"windows", std::move(windows)},
                 {"timing", {{"seconds", 1}}}})
        .dump();
}

WindowsChart chart_of(std::vector<Json> windows) {
    return read_windows_chart(comparison(std::move(windows))).value();
}

TEST(WindowComparison, OneRowPerEngine) {
    Json proven = engine("exact", 1000, 2, 20);
    proven["status"] = "optimal";
    const Json refused = {{"engine", "ilp"}, {"status", "refused"}, {"note", "has no time"}};
    const std::string text = windows_table(
        chart_of({window({proven, engine("static", 800, 0, 0), refused})}), TableStyle::kTerminal);
    EXPECT_THAT(text, HasSubstr("a<b: 2 tenants on 1 GPU, 100 slots of 0.5 s\n"));
    EXPECT_THAT(text, HasSubstr("exact   1,000 *   0.00 %  50.00 %"));
    EXPECT_THAT(text, HasSubstr("static      800  20.00 %"));
    EXPECT_THAT(text, HasSubstr("with *: proven optimal\n"));
    EXPECT_THAT(text, HasSubstr("no schedule is worth more than 1,000\n"));
    EXPECT_THAT(text, HasSubstr("ilp: has no time\n"));
    EXPECT_THAT(text, Not(HasSubstr("windows"))) << "there is nothing to sum up";
}

TEST(WindowComparison, SumsUpSeveralWindows) {
    const std::string text =
        windows_table(chart_of({window({engine("exact", 1000, 1, 10), engine("ekya", 500, 0, 0)}),
                                window({engine("exact", 900, 2, 10), engine("ekya", 750, 0, 0)}),
                                window({engine("exact", 700, 3, 10), engine("ekya", 1000, 0, 0)})}),
                      TableStyle::kTerminal);
    EXPECT_THAT(text, HasSubstr("all 3 windows\n"));
    // 1 - (1 + 2 + 3) / 30 of the switching goes.
    EXPECT_THAT(text, testing::ContainsRegex("exact +3 +86.67 % +0 % +0 % +21.4 % +14.3 % +80.0 % "
                                             "+80.0 %\n"));
    EXPECT_THAT(text,
                testing::ContainsRegex("ekya +3 +75.00 % +10.0 % +20.0 % +60.0 % +40.0 % +– +–\n"));
}

TEST(WindowComparison, WhatIsNoScheduleMayExceedTheBest) {
    Json shares = engine("ekya", 1100, 0, 0);
    for (const char* key : {"on_demand_goodput", "on_demand_switching", "gap"}) shares.erase(key);
    const WindowsChart chart = chart_of({window({engine("exact", 880, 1, 10), shares})});
    EXPECT_EQ(chart.windows[0].best(), 880);
    const std::string text =
        windows_table({{chart.windows[0], chart.windows[0]}}, TableStyle::kTerminal);
    EXPECT_THAT(text, HasSubstr("ekya      1,100        –"));
    EXPECT_THAT(text, testing::ContainsRegex("ekya +2 +110.00 % +−20.0 % +−20.0 %"));
    EXPECT_EQ(test::xml_fault(windows_svg(chart)), "");
}

TEST(WindowComparison, DrawsBars) {
    const std::string svg = windows_svg(
        chart_of({window({engine("exact", 1000, 1, 10)}), window({engine("exact", 900, 2, 10)})}));
    EXPECT_EQ(test::xml_fault(svg), "");
    EXPECT_THAT(svg, HasSubstr("a&lt;b"));
    EXPECT_THAT(windows_svg(chart_of({window({}), window({})}), 1), HasSubstr("and 1 more window"));
}

TEST(WindowComparison, OfNothing) {
    EXPECT_EQ(windows_table(chart_of({}), TableStyle::kTerminal), "");
    EXPECT_EQ(test::xml_fault(windows_svg(chart_of({}))), "");
    Json bare = window({});
    bare.erase("bound");
    EXPECT_THAT(windows_table(chart_of({bare}), TableStyle::kMarkdown), HasSubstr("### a<b"));
}

TEST(WindowComparison, RefusesOtherThings) {
    EXPECT_FALSE(read_windows_chart("no JSON"));
    EXPECT_FALSE(read_windows_chart(R"({"format": "tangram/comparison", "version": 1})"));
    Json broken = engine("exact", 1, 1, 1);
    broken.erase("switching");
    EXPECT_FALSE(read_windows_chart(comparison({window({broken})})));
}

}  // namespace
}  // namespace tangram::report
