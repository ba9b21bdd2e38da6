#include "report/fleet_svg.h"

#include <gtest/gtest.h>

#include <regex>

#include "unit/report/sample.h"
#include "unit/report/xml_check.h"

namespace tangram::report {
namespace {

using nlohmann::json;
using test::sample_plan;
using test::xml_fault;

std::string draw(const json& plan, const SvgOptions& options = {}) {
    return fleet_svg(read_fleet(plan.dump()).value(), options);
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t i = text.find(what); i != text.npos; i = text.find(what, i + 1)) ++found;
    return found;
}

TEST(XmlFault, FindsFaults) {
    EXPECT_EQ(xml_fault("<a b=\"c\"><d/>t &amp; u</a>"), "");
    EXPECT_NE(xml_fault("<a><b></a></b>"), "");
    EXPECT_NE(xml_fault("<a>&nbsp;</a>"), "");
    EXPECT_NE(xml_fault("<a b=\"1\" b=\"2\"/>"), "");
    EXPECT_NE(xml_fault("<a/><b/>"), "");
    EXPECT_NE(xml_fault("<a>"), "");
    EXPECT_NE(xml_fault(""), "");
}

TEST(FleetSvg, IsWellFormedAtAnySize) {
    for (const int gpus : {1, 2, 12, 100, 700}) {
        for (const int services : {1, 3, 11, 100, 900}) {
            EXPECT_EQ(xml_fault(draw(sample_plan(gpus, services))), "")
                << gpus << " GPUs, " << services << " services";
        }
    }
}

TEST(FleetSvg, SameTextSameBytes) { EXPECT_EQ(draw(sample_plan(30, 9)), draw(sample_plan(30, 9))); }

TEST(FleetSvg, NamesAreEscapedAndFullInTooltips) {
    json plan = sample_plan(1, 1);
    const std::string name = "<script>alert('a very long name indeed, longer than any box')&\"\x1b";
    plan["deployment"]["services"][0]["name"] = name;
    for (json& instance : plan["deployment"]["gpus"][0]["instances"]) instance["service"] = name;
    const std::string svg = draw(plan);
    EXPECT_EQ(xml_fault(svg), "");
    EXPECT_EQ(svg.find("<script"), svg.npos);
    EXPECT_NE(svg.find("<title>&lt;script&gt;alert(&#39;a very long name indeed, longer than any "
                       "box&#39;)&amp;&quot;\xEF\xBF\xBD · 4g.40gb"),
              svg.npos);
}

TEST(FleetSvg, FoldsEqualGpusWithACount) {
    const std::string svg = draw(sample_plan(24, 1));
    EXPECT_EQ(count(svg, ">12 ×<"), 2U);
    EXPECT_EQ(count(svg, "· 4g.40gb · batch 32 × 3 processes · memory slices 1–4 of 8"), 1U);
}

TEST(FleetSvg, BoxesAreInProportionAndInsideThePicture) {
    const std::string svg = draw(sample_plan(2, 1));
    const std::regex rect(
        R"re(<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)")re");
    std::smatch size;
    ASSERT_TRUE(std::regex_search(svg, size, std::regex("viewBox=.0 0 (\\d+) (\\d+)")));
    int seen = 0;
    for (std::sregex_iterator it(svg.begin(), svg.end(), rect), end; it != end; ++it, ++seen) {
        EXPECT_LE(std::stod((*it)[1]) + std::stod((*it)[3]), std::stod(size[1]));
        EXPECT_LE(std::stod((*it)[2]) + std::stod((*it)[4]), std::stod(size[2]));
    }
    EXPECT_GT(seen, 5);
    // 1 of 8 and 4 of 8 slices of a bar of 556, less 1 on either side.
    EXPECT_EQ(count(svg, "width=\"276\" height=\"66\""), 2U);
    EXPECT_EQ(count(svg, "width=\"67.5\" height=\"66\""), 3U);
}

TEST(FleetSvg, SlicesNoInstanceHoldsAreDrawnEach) {
    // Three 1g at 4, 5 and 6 leave slices 0 to 3 and 7.
    EXPECT_EQ(count(draw(sample_plan(2, 1)), "held by no instance</title>"), 5U);
}

TEST(FleetSvg, SaysWhatItDoesNotDraw) {
    const std::string svg = draw(sample_plan(200, 50), {{.layouts = 7, .services = 20}});
    EXPECT_NE(svg.find("… and "), svg.npos);
    EXPECT_NE(svg.find(" more GPUs ("), svg.npos);
    EXPECT_NE(svg.find("the least headroom among them"), svg.npos);
    EXPECT_EQ(xml_fault(svg), "");
}

TEST(FleetSvg, SizeIsBoundedForHugeFleets) {
    EXPECT_LT(draw(sample_plan(8'000, 5'000)).size(), 2'000'000U);
}

TEST(FleetSvg, TellsStatusBoundAndGap) {
    json plan = sample_plan(4, 1);
    EXPECT_NE(draw(plan).find(">4 GPUs, proven optimal</text>"), std::string::npos);
    plan["status"] = "feasible";
    plan["bound"] = 3;
    plan["gap"] = 0.25;
    EXPECT_NE(draw(plan).find("no plan costs less than 3</text>"), std::string::npos);
    EXPECT_NE(draw(plan).find("gap 25.0 %"), std::string::npos);
    plan["status"] = "infeasible";
    plan["deployment"] = nullptr;
    EXPECT_NE(draw(plan).find("No plan fits the fleet"), std::string::npos);
    EXPECT_EQ(xml_fault(draw(plan)), "");
}

TEST(FleetSvg, ShortServicesAndLostGpusStandOut) {
    json plan = sample_plan(2, 1);
    EXPECT_EQ(draw(plan).find("#B42318"), std::string::npos);
    plan["deployment"]["services"][0]["rate_rps"] = 5'000;
    EXPECT_NE(draw(plan).find("−80.4 %"), std::string::npos);
    EXPECT_NE(draw(plan).find("#B42318"), std::string::npos);
    plan["deployment"]["gpus"][0]["status"] = "lost";
    EXPECT_NE(draw(plan).find(">lost</text>"), std::string::npos);
}

TEST(FleetSvg, ReadsOtherGeometries) {
    json plan = sample_plan(2, 1);
    plan["deployment"]["models"][0]["memory_slices"] = 12;
    EXPECT_EQ(xml_fault(draw(plan)), "");
}

}  // namespace
}  // namespace tangram::report
