// Reports read JSON text: here the very text that io writes.
#include <gtest/gtest.h>

#include "io/explanation.h"
#include "io/plan_file.h"
#include "io/schedule_file.h"
#include "io/window_comparison_file.h"
#include "io/window_ground.h"
#include "planner/assembly.h"
#include "planner/planner.h"
#include "report/explanation_text.h"
#include "report/fleet_svg.h"
#include "report/fleet_terminal.h"
#include "report/window_comparison.h"
#include "report/window_svg.h"
#include "support/pair_window.h"
#include "support/small_problem.h"
#include "unit/report/xml_check.h"

namespace tangram::report {
namespace {

test::SmallProblem bert() {
    test::SmallProblem small;
    small.row("bert", "1g", 10, 30).row("bert", "2g", 25, 30).row("bert", "7g", 60, 130);
    return small;
}

TEST(Contract, APlanIsDrawnAndExplainedAsIoWritesIt) {
    test::SmallProblem small = bert();
    small.service("a & b", "bert", 245.5, 100);
    small.service("idle", "bert", 0, 100);
    const workload::Problem problem = small.build();
    const planner::PlanningModel model = planner::build_planning_model(problem).value();
    const planner::Outcome outcome = planner::make_planner("exact")->plan(model, {});
    ASSERT_TRUE(outcome.plan.has_value());
    const deployment::Deployment deployment = planner::assemble(model, *outcome.plan).deployment;

    const Fleet fleet = read_fleet(io::write_plan(model, outcome, &deployment)).value();
    const std::string svg = fleet_svg(fleet);
    EXPECT_EQ(test::xml_fault(svg), "");
    EXPECT_NE(svg.find("proven optimal"), svg.npos);
    EXPECT_NE(svg.find("a &amp; b"), svg.npos);
    EXPECT_NE(fleet_terminal(fleet).find("A a & b"), std::string::npos);

    const planner::explain::Explanation explanation =
        planner::explain::explain(model, deployment, outcome);
    const std::string text =
        explanation_text(io::explanation_json(model, deployment, explanation)).value();
    EXPECT_NE(text.find("rate 246 requests/s"), text.npos) << text;
    EXPECT_NE(text.find("130 ms > 100 ms"), text.npos) << text;
    EXPECT_NE(text.find("Why it cannot cost less than"), text.npos) << text;
}

TEST(Contract, APlanWithoutDeploymentIsDrawnToo) {
    test::SmallProblem small = bert();
    small.fleet("Seven", 1);
    small.service("a", "bert", 1'000, 100);
    const workload::Problem problem = small.build();
    const planner::PlanningModel model = planner::build_planning_model(problem).value();
    const planner::Outcome outcome = planner::make_planner("exact")->plan(model, {});
    ASSERT_EQ(outcome.status, planner::Status::kInfeasible);
    const Fleet fleet = read_fleet(io::write_plan(model, outcome, nullptr)).value();
    EXPECT_NE(fleet_svg(fleet).find("No plan fits the fleet"), std::string::npos);
    const std::string text =
        explanation_text(
            io::explanation_json(model, {}, planner::explain::explain(model, {}, outcome)))
            .value();
    EXPECT_NE(text.find("Why there is no plan"), text.npos) << text;
    EXPECT_NE(text.find("The fleet has 1 GPU; at least"), text.npos) << text;
}

TEST(Contract, BlockersAreReadAsIoWritesThem) {
    test::SmallProblem small = bert();
    small.service("slow", "bert", 10, 20);
    const workload::Problem problem = small.build();
    const std::string json = io::blockers_json(problem, planner::explain::find_blockers(problem));
    const std::string text = explanation_text(json).value();
    EXPECT_NE(text.find("latency_ms of 30 ms (asked: 20 ms)"), text.npos) << text;
}

window::Outcome outcome_of(const test::SmallWindow& w) {
    window::Outcome outcome;
    outcome.status = window::Status::kFeasible;
    outcome.schedule = w.schedule;
    outcome.evaluation = evaluate(w.window, w.schedule);
    outcome.goodput = outcome.evaluation.goodput;
    outcome.engine = "static";
    return outcome;
}

TEST(Contract, AScheduleIsDrawnAsIoWritesIt) {
    const test::SmallWindow w = test::pair();
    window::Scenario scenario;
    for (const window::Tenant& tenant : w.window.tenants) {
        scenario.tenants.push_back({.name = tenant.name,
                                    .model = "resnet50",
                                    .episodes = std::vector<window::Episode>(1)});
    }
    const window::Outcome outcome = outcome_of(w);
    const auto chart = read_window_chart(io::write_schedule(scenario, 0, w.window, outcome),
                                         io::write_window_ground(w.window, outcome.evaluation));
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    EXPECT_EQ(headline(*chart), "Goodput 1,580");
    EXPECT_EQ(chart->retrainings(), 1);
    EXPECT_EQ(chart->tenants[0].capacity_rps[6], 300);
    EXPECT_EQ(test::xml_fault(window_svg(*chart)), "");

    const auto unanswered = read_window_chart(io::write_schedule(scenario, 0, w.window, {}),
                                              io::write_window_ground(w.window, {}));
    ASSERT_TRUE(unanswered.has_value()) << unanswered.error().text();
    EXPECT_FALSE(unanswered->goodput.has_value());
}

TEST(Contract, EnginesAreComparedAsIoWritesThem) {
    const test::SmallWindow w = test::pair();
    io::WindowEntries entries{"pair", w.window, {}};
    entries.engines.push_back({"static", outcome_of(w), "", evaluate(w.window, w.schedule)});
    entries.engines.push_back({"oracle", window::Outcome{}, "", {}});
    entries.engines.push_back({"exact", {}, "has no time", {}});
    const auto chart = read_windows_chart(io::write_window_comparison({{entries}, 0}));
    ASSERT_TRUE(chart.has_value()) << chart.error().text();
    EXPECT_EQ(chart->windows[0].best(), 1580);
    EXPECT_EQ(chart->windows[0].engines[2].note, "has no time");
}

}  // namespace
}  // namespace tangram::report
