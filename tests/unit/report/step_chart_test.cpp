#include "report/step_chart.h"

#include <gtest/gtest.h>

#include "report/step_svg.h"
#include "report/step_terminal.h"
#include "unit/report/xml_check.h"

namespace tangram::report {
namespace {

// Service a moves from g to h, b is new there.
constexpr std::string_view kMove = R"({
  "format": "tangram/transition", "version": 1, "status": "found",
  "spare_gpus": 1, "spare_verdict": "proven-necessary",
  "restart": {"cost_slice_seconds": 3, "of_target": 3, "kept": 4, "started": 2, "stopped": 1,
              "temporary": 1},
  "makespan_s": 20,
  "ground": {
    "models": [{"name": "Seven", "memory_slices": 8, "profiles": [
      {"name": "2g", "size": 2, "compute_slices": 2}]}],
    "points": [{"throughput_rps": 20}, {"throughput_rps": 25}],
    "gpus": [{"id": "g", "model": "Seven"}, {"id": "h", "model": "Seven"},
             {"id": "untouched", "model": "Seven"}]
  },
  "services": [{"name": "a<b", "now_rps": 20, "floor_rps": 15, "after_rps": 25},
               {"name": "b", "now_rps": 0, "floor_rps": 0, "after_rps": 20}],
  "steps": [
    {"id": 0, "kind": "create", "gpu": "h", "profile": "2g", "start": 0, 
     "planned_s": 0, "duration_s": 1},
    {"id": 1, "kind": "start", "gpu": "h", "profile": "2g", "start": 0,
     "service": "a<b", "point": 1, "temporary": true, "planned_s": 1, "duration_s": 10},
    {"id": 2, "kind": "route", "gpu": "h", "profile": "2g", "start": 0,
     "service": "a<b", "point": 1, "planned_s": 11, "duration_s": 1},
    {"id": 3, "kind": "drain", "gpu": "g", "profile": "2g", "start": 4,
     "service": "a<b", "point": 0, "planned_s": 12, "duration_s": 2},
    {"id": 4, "kind": "release", "gpu": "g", "planned_s": 19, "duration_s": 1}
  ],
  "arcs": [{"before": 2, "after": 3}]
})";

TEST(StepChart, ReadsBarsAndCurves) {
    const auto chart = read_step_chart(kMove);
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    ASSERT_EQ(chart->gpus.size(), 2U) << "a GPU without steps is not shown";
    EXPECT_EQ(chart->gpus[1].bars.size(), 3U);
    EXPECT_EQ(chart->gpus[1].bars[1].text, "start a<b on 2g at 0");
    ASSERT_EQ(chart->services.size(), 2U);
    const auto& changes = chart->services[0].changes;
    ASSERT_EQ(changes.size(), 3U) << "the route ends when the drain starts";
    EXPECT_EQ(changes[1].capacity_rps, 45);
    EXPECT_EQ(changes[2].time_s, 12);
    EXPECT_EQ(changes[2].capacity_rps, 25);
    EXPECT_EQ(headline(*chart),
              "5 steps in 20.0 s: 2 replicas started, 1 stopped, 4 kept; 1 for the time between; "
              "1 spare GPU, proven necessary");
}

TEST(StepChart, DrawsItAsWellFormedSvg) {
    const auto chart = read_step_chart(kMove);
    const std::string svg = step_svg(*chart);
    EXPECT_EQ(test::xml_fault(svg), "");
    EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
    EXPECT_NE(svg.find("stroke-dasharray"), std::string::npos) << "for the time between";
    const std::string small = step_svg(*chart, {.gpus = 1, .services = 0});
    EXPECT_NE(small.find("and 1 GPU more"), std::string::npos);
    EXPECT_NE(small.find("and 1 service more"), std::string::npos);
}

TEST(StepChart, DrawsItInATerminal) {
    const auto chart = read_step_chart(kMove);
    const std::string text = step_terminal(*chart, {.width = 75});
    EXPECT_NE(text.find("h 0-1 a<b"), std::string::npos) << text;
    EXPECT_NE(text.find("ccSSSSSSSSSSSSSSSSSSSSRR"), std::string::npos) << text;
    const std::string cut = step_terminal(*chart, {.width = 75, .lines = 1});
    EXPECT_NE(cut.find("… and 2 more lines"), std::string::npos) << cut;
}

TEST(StepChart, SaysWhyThereIsNone) {
    const auto chart = read_step_chart(
        R"({"format": "tangram/transition", "version": 1, "status": "stuck",
            "obstacles": [{"reason": "capacity", "text": "service 'a' lacks"}]})");
    ASSERT_TRUE(chart.has_value());
    EXPECT_EQ(headline(*chart), "No safe way found");
    EXPECT_EQ(test::xml_fault(step_svg(*chart)), "");
    EXPECT_NE(step_terminal(*chart).find("service 'a' lacks"), std::string::npos);
}

TEST(StepChart, RefusesOtherThings) {
    EXPECT_FALSE(read_step_chart("no JSON"));
    EXPECT_FALSE(read_step_chart(R"({"format": "tangram/plan", "version": 1})"));
    std::string broken(kMove);
    broken.replace(broken.find("\"gpu\": \"h\""), 10, "\"gpu\": \"x\"");
    EXPECT_FALSE(read_step_chart(broken));
}

}  // namespace
}  // namespace tangram::report
