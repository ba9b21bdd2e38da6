// Pictures of small fleets and windows, byte for byte. Set TANGRAM_UPDATE_GOLDEN=1 to write what is
// drawn now; then look at the pictures before keeping them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "report/fleet_svg.h"
#include "report/fleet_terminal.h"
#include "report/window_comparison.h"
#include "report/window_svg.h"
#include "report/window_terminal.h"

namespace tangram::report {
namespace {

std::filesystem::path folder() {
    return std::filesystem::path(TANGRAM_SOURCE_DIR) / "tests/golden/report";
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_golden(const std::string& name, const std::string& drawn) {
    const std::filesystem::path path = folder() / name;
    const char* update = std::getenv("TANGRAM_UPDATE_GOLDEN");
    if (update != nullptr && std::string(update) == "1") {
        std::ofstream(path, std::ios::binary) << drawn;
        return;
    }
    ASSERT_TRUE(std::filesystem::exists(path)) << path << ": run with TANGRAM_UPDATE_GOLDEN=1";
    EXPECT_EQ(drawn, read(path)) << path;
}

class ReportGolden : public testing::TestWithParam<std::string> {};

TEST_P(ReportGolden, PicturesAreAsBefore) {
    const Fleet fleet = read_fleet(read(folder() / (GetParam() + ".json"))).value();
    expect_golden(GetParam() + ".svg", fleet_svg(fleet));
    expect_golden(GetParam() + ".txt", fleet_terminal(fleet));
    expect_golden(GetParam() + ".color.txt",
                  fleet_terminal(fleet, {100, ColorMode::kTrueColor, {}}));
}

INSTANTIATE_TEST_SUITE_P(All, ReportGolden, testing::Values("one_gpu", "mixed_states", "no_plan"),
                         [](const auto& each) { return each.param; });

TEST(WindowGolden, PicturesAreAsBefore) {
    const WindowChart chart = read_window_chart(read(folder() / "window.schedule.json"),
                                                read(folder() / "window.ground.json"))
                                  .value();
    expect_golden("window.svg", window_svg(chart));
    expect_golden("window.txt", window_terminal(chart));
    expect_golden("window.color.txt",
                  window_terminal(chart, {.width = 90, .color = ColorMode::kTrueColor}));
}

TEST(WindowGolden, ComparisonsAreAsBefore) {
    const WindowsChart chart =
        read_windows_chart(read(folder() / "window_comparison.json")).value();
    expect_golden("window_comparison.svg", windows_svg(chart));
    expect_golden("window_comparison.txt", windows_table(chart, TableStyle::kTerminal));
    expect_golden("window_comparison.md", windows_table(chart, TableStyle::kMarkdown));
}

}  // namespace
}  // namespace tangram::report
