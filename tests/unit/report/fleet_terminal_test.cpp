#include "report/fleet_terminal.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "report/text.h"
#include "unit/report/sample.h"

namespace tangram::report {
namespace {

using nlohmann::json;
using test::sample_plan;

std::string draw(const json& plan, const TerminalOptions& options) {
    return fleet_terminal(read_fleet(plan.dump()).value(), options);
}

std::string without_escapes(const std::string& text) {
    return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

TEST(FleetTerminal, NoLineIsWiderThanAsked) {
    for (const int width : {40, 57, 80, 100, 160}) {
        for (const ColorMode color : {ColorMode::kNone, ColorMode::k256, ColorMode::kTrueColor}) {
            for (const int services : {1, 8, 40}) {
                std::istringstream lines(
                    without_escapes(draw(sample_plan(50, services), {width, color, {}})));
                for (std::string line; std::getline(lines, line);) {
                    EXPECT_LE(columns(line), width) << line;
                }
            }
        }
    }
}

TEST(FleetTerminal, WithoutColourThereAreNoEscapes) {
    EXPECT_EQ(draw(sample_plan(4, 3), {}).find('\x1b'), std::string::npos);
    EXPECT_NE(
        draw(sample_plan(4, 3), {80, ColorMode::kTrueColor, {}}).find("\x1b[1;48;2;86;180;233"),
        std::string::npos);
    EXPECT_NE(draw(sample_plan(4, 3), {80, ColorMode::k256, {}}).find("\x1b[1;48;5;"),
              std::string::npos);
}

TEST(FleetTerminal, NamesCannotSmuggleEscapes) {
    json plan = sample_plan(1, 1);
    plan["deployment"]["services"][0]["name"] = "\x1b[2J";
    for (json& instance : plan["deployment"]["gpus"][0]["instances"]) {
        instance["service"] = "\x1b[2J";
    }
    plan["deployment"]["models"][0]["name"] = "\x1b[2J";
    plan["deployment"]["gpus"][0]["model"] = "\x1b[2J";
    EXPECT_EQ(draw(plan, {}).find('\x1b'), std::string::npos);
}

TEST(FleetTerminal, BlocksAreInProportion) {
    const std::string text = draw(sample_plan(2, 1), {73, ColorMode::kNone, {}});
    // 9 columns per slice: 8 slices and the last bar.
    EXPECT_NE(text.find("|A service-0                        |A service-0              "),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("|        |        |        |        |A servi…|A servi…|A servi…|"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("|8×2     |"), std::string::npos) << text;
}

TEST(FleetTerminal, CountsAndSaysWhatItLeavesOut) {
    EXPECT_NE(draw(sample_plan(24, 1), {}).find("12 × |"), std::string::npos);
    const std::string some =
        draw(sample_plan(90, 40), {80, ColorMode::kNone, {.layouts = 3, .services = 5}});
    EXPECT_NE(some.find("… and "), std::string::npos);
    EXPECT_NE(some.find(" services more"), std::string::npos);
}

TEST(FleetTerminal, ListsHeadroomAndShortage) {
    json plan = sample_plan(1, 1);
    EXPECT_NE(draw(plan, {}).find("+700 %"), std::string::npos);
    plan["deployment"]["services"][0]["rate_rps"] = 1'600;
    EXPECT_NE(draw(plan, {}).find("−50.0 %"), std::string::npos);
}

TEST(NearestOf256, FindsExactColours) {
    EXPECT_EQ(nearest_of_256({0, 0, 0}), 16);
    EXPECT_EQ(nearest_of_256({255, 255, 255}), 231);
    EXPECT_EQ(nearest_of_256({95, 135, 175}), 67);
    EXPECT_EQ(nearest_of_256({128, 128, 128}), 244);
}

}  // namespace
}  // namespace tangram::report
