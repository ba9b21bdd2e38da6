#include "report/window_chart.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/window_svg.h"
#include "report/window_terminal.h"
#include "unit/report/xml_check.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;

// "a<b" retrains for four slots beside "b", then serves; the second GPU is idle.
Json small_schedule() {
    return Json::parse(R"({
      "format": "tangram/window-schedule", "version": 1, "scenario": "small", "window": 0,
      "slot_s": 2, "slots": 10, "status": "feasible", "goodput": 100, "bound": 125, "gap": 0.2,
      "engine": "priced", "stop_reason": "deadline", "note": "", "work": 1, "reproducible": true,
      "tenants": [
        {"name": "a<b", "goodput": 60, "served_share": 0.5, "switching_slots": 2,
         "accuracy": [{"from": 0, "accuracy": 0.5}, {"from": 4, "accuracy": 0.9}]},
        {"name": "b", "goodput": 40, "served_share": 0.75, "switching_slots": 1,
         "accuracy": [{"from": 0, "accuracy": 0.7}]}],
      "schedule": [
        {"gpu": "g", "profile": "3g", "start": 0, "size": 4, "tenant": "a<b", "use": "retrain",
         "from": 0, "ready": 0, "until": 4},
        {"gpu": "g", "profile": "1g", "start": 4, "size": 1, "tenant": "b", "use": "serve",
         "from": 0, "ready": 2, "until": 10},
        {"gpu": "g", "profile": "3g", "start": 0, "size": 4, "tenant": "a<b", "use": "serve",
         "from": 4, "ready": 6, "until": 10}]})");
}

Json small_ground() {
    Json ground = {{"format", "tangram/window-ground"}, {"version", 1}};
    ground["gpus"] = {{{"id", "g"}, {"memory_slices", 8}}, {{"id", "h"}, {"memory_slices", 8}}};
    Json first = {{"name", "a<b"}};
    Json second = {{"name", "b"}};
    for (int t = 0; t < 10; ++t) {
        first["asked_rps"].push_back(20 + t);
        first["capacity_rps"].push_back(t >= 6 ? 40 : 0);
        second["asked_rps"].push_back(10);
        second["capacity_rps"].push_back(t >= 2 ? 8 : 0);
    }
    ground["tenants"] = {first, second};
    return ground;
}

Result<WindowChart> chart_of(const Json& schedule, const Json& ground) {
    return read_window_chart(schedule.dump(), ground.dump());
}

TEST(WindowChart, ReadsBarsAndCurves) {
    const auto chart = chart_of(small_schedule(), small_ground());
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    ASSERT_EQ(chart->gpus.size(), 2U) << "an idle GPU is shown too";
    ASSERT_EQ(chart->gpus[0].bars.size(), 3U);
    const StintBar& last = chart->gpus[0].bars[2];
    EXPECT_EQ(last.begin_s, 8);
    EXPECT_EQ(last.ready_s, 12);
    EXPECT_EQ(last.end_s, 20);
    ASSERT_EQ(chart->tenants.size(), 2U);
    EXPECT_EQ(chart->tenants[0].accuracy,
              (std::vector<double>{.5, .5, .5, .5, .9, .9, .9, .9, .9, .9}));
    EXPECT_EQ(chart->tenants[1].capacity_rps[2], 8);
    EXPECT_EQ(headline(*chart), "Goodput 100, at most 125 possible (gap 20.0 %)");
    EXPECT_EQ(subline(*chart),
              "2 tenants on 2 GPUs · 10 slots of 2 s · 1 retraining · engine priced");
}

TEST(WindowChart, SaysWhatIsProven) {
    Json schedule = small_schedule();
    schedule["status"] = "optimal";
    EXPECT_EQ(headline(*chart_of(schedule, small_ground())), "Goodput 100, proven optimal");
    schedule["status"] = "feasible";
    schedule["bound"] = nullptr;
    EXPECT_EQ(headline(*chart_of(schedule, small_ground())), "Goodput 100");
}

TEST(WindowChart, DrawsItAsWellFormedSvg) {
    const auto chart = chart_of(small_schedule(), small_ground());
    const std::string svg = window_svg(*chart);
    EXPECT_EQ(test::xml_fault(svg), "");
    EXPECT_NE(svg.find("a&lt;b retrains 3g"), std::string::npos);
    EXPECT_NE(svg.find("url(#retraining)"), std::string::npos);
    EXPECT_NE(svg.find("90.0 %"), std::string::npos) << "the step of the accuracy";
    const std::string small = window_svg(*chart, {.gpus = 1, .tenants = 1});
    EXPECT_NE(small.find("… and 1 more GPU"), std::string::npos);
    EXPECT_NE(small.find("… and 1 more tenant"), std::string::npos);
}

TEST(WindowChart, DrawsItInATerminal) {
    const auto chart = chart_of(small_schedule(), small_ground());
    const std::string text = window_terminal(*chart, {.width = 69});
    // Fifty columns of time: five for a slot.
    EXPECT_NE(text.find("g              0-3 A/A/A/A/A/A/A/A/A/A/..........AAAAAAAAAAAAAAAAAAAA\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("g                4 ..........BBBBBBBBBB"), std::string::npos) << text;
    EXPECT_NE(text.find("h              0-7\n"), std::string::npos) << "idle slices share a line";
    EXPECT_NE(text.find("50.0 % → 90.0 %"), std::string::npos) << text;
    const std::string cut = window_terminal(*chart, {.width = 69, .lines = 1, .tenants = 1});
    EXPECT_NE(cut.find("… and 3 more lines"), std::string::npos) << cut;
    EXPECT_NE(cut.find("… and 1 more tenant"), std::string::npos) << cut;
}

TEST(WindowChart, SaysWhatIsPredicted) {
    Json schedule = small_schedule();
    schedule["schedule"][0]["retraining"] = {{"choice", 0},
                                             {"name", "15 epochs"},
                                             {"accuracy", 0.9},
                                             {"predicted",
                                              {{"epochs", 15},
                                               {"accuracy", 0.9},
                                               {"accuracy_low", 0.85},
                                               {"accuracy_high", 0.951},
                                               {"seconds", 7.25},
                                               {"seconds_low", 6},
                                               {"seconds_high", 9.125}}}};
    const WindowChart chart = chart_of(schedule, small_ground()).value();
    const std::string words = "15 epochs, 90.0 % (85.0 to 95.1) after 7.2 s (6.0 to 9.1)";
    EXPECT_EQ(chart.gpus[0].bars[0].predicted, words);
    EXPECT_NE(window_terminal(chart, {}).find("a<b predicted: " + words), std::string::npos);
    EXPECT_NE(window_svg(chart).find("; predicted: " + words), std::string::npos);
    const WindowChart stated = chart_of(small_schedule(), small_ground()).value();
    EXPECT_EQ(window_terminal(stated, {}).find("predicted"), std::string::npos);
}

TEST(WindowChart, OfNoSchedule) {
    Json schedule = small_schedule();
    schedule["status"] = "unknown";
    for (const char* key : {"goodput", "gap", "schedule"}) schedule[key] = nullptr;
    schedule["tenants"] = Json::array();
    Json ground = small_ground();
    for (Json& tenant : ground["tenants"]) tenant.erase("capacity_rps");
    const auto chart = chart_of(schedule, ground);
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    EXPECT_EQ(headline(*chart), "No schedule was found");
    EXPECT_EQ(test::xml_fault(window_svg(*chart)), "");
    EXPECT_NE(window_terminal(*chart).find("engine priced"), std::string::npos);
}

TEST(WindowChart, OfManySlotsStaysSmall) {
    Json schedule = small_schedule();
    Json ground = small_ground();
    schedule["slots"] = 20'000;
    for (Json& tenant : ground["tenants"]) {
        for (const char* key : {"asked_rps", "capacity_rps"}) {
            tenant[key] = Json::array();
            for (int t = 0; t < 20'000; ++t) tenant[key].push_back(t * 7919 % 101);
        }
    }
    const auto chart = chart_of(schedule, ground);
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    EXPECT_LT(window_svg(*chart).size(), 400'000U);
}

TEST(WindowChart, RefusesOtherThings) {
    const Json schedule = small_schedule();
    const Json ground = small_ground();
    EXPECT_FALSE(read_window_chart("no JSON", ground.dump()));
    EXPECT_FALSE(chart_of(ground, schedule));
    const auto broken = [&](const char* pointer, const Json& value) {
        Json other = {{"schedule", schedule}, {"ground", ground}};
        other[Json::json_pointer(pointer)] = value;
        return !chart_of(other["schedule"], other["ground"]);
    };
    EXPECT_TRUE(broken("/schedule/version", 2));
    EXPECT_TRUE(broken("/schedule/slots", 9)) << "series of another length";
    EXPECT_TRUE(broken("/schedule/schedule/0/gpu", "x"));
    EXPECT_TRUE(broken("/schedule/schedule/0/tenant", "x"));
    EXPECT_TRUE(broken("/schedule/schedule/0/start", 5)) << "beyond the GPU's end";
    EXPECT_TRUE(broken("/schedule/schedule/0/start", -1));
    EXPECT_TRUE(broken("/schedule/schedule/0/size", 2'000'000'000));
    EXPECT_TRUE(broken("/schedule/tenants/0/accuracy/1/from", 10));
    EXPECT_TRUE(broken("/schedule/tenants/0/accuracy/1/from", 0));
    EXPECT_TRUE(broken("/schedule/tenants/1/accuracy", Json::array()));
    EXPECT_TRUE(broken("/schedule/tenants/1/accuracy/0/from", 3)) << "nothing is said before";
    EXPECT_TRUE(broken("/ground/tenants/1/capacity_rps", Json::array()));
}

}  // namespace
}  // namespace tangram::report
