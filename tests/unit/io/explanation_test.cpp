#include "io/explanation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "io/parse.h"
#include "planner/assembly.h"
#include "planner/planner.h"
#include "support/small_problem.h"
#include "unit/io/schema_check.h"

namespace tangram::io {
namespace {

using nlohmann::json;
using planner::explain::Explanation;
using test::SmallProblem;

SmallProblem bert_and_vgg() {
    SmallProblem small;
    small.row("bert", "1g", 10, 30).row("bert", "2g", 25, 30).row("bert", "7g", 60, 130);
    small.row("vgg", "1g", 10, 30);
    small.service("a", "bert", 45, 100);
    small.service("b \"quoted\"", "vgg", 9, 100);
    return small;
}

struct Planned {
    workload::Problem problem;
    planner::PlanningModel model;
    planner::Outcome outcome;
    deployment::Deployment deployment;
};

Planned planned(const SmallProblem& small) {
    Planned result{small.build(), {}, {}, {}};
    result.model = planner::build_planning_model(result.problem).value();
    result.outcome = planner::make_planner("exact")->plan(result.model, {});
    if (result.outcome.plan) {
        result.deployment = planner::assemble(result.model, *result.outcome.plan).deployment;
    }
    return result;
}

// Parsed, and held against the schema.
json checked(const std::string& text) {
    const Result<Document> document = parse_json(text, "explanation.json");
    EXPECT_TRUE(document.has_value());
    if (!document) return {};
    EXPECT_EQ(test::schema_error("explanation", document->root()), "");
    return json::parse(text);
}

json written(const Planned& it, const std::optional<WhatIfFigures>& what_if = std::nullopt) {
    const Explanation explanation = planner::explain::explain(it.model, it.deployment, it.outcome);
    return checked(explanation_json(it.model, it.deployment, explanation, what_if));
}

TEST(ExplanationJson, MarksEstimates) {
    SmallProblem small;
    small.row("m", "1g", 10, 30).row("m", "2g", 25, 30, {.estimated = true});
    small.service("s", "m", 70, 100);
    small.edit().allow_estimates = true;
    const json service = written(planned(small))["services"][0];
    ASSERT_EQ(service["points"].size(), 2U);
    EXPECT_FALSE(service["points"][0].contains("estimated"));
    EXPECT_EQ(service["points"][1]["estimated"], true);
    for (const json& used : service["used"]) {
        EXPECT_EQ(used.contains("estimated"), used["profile"] == "2g") << used;
    }
}

TEST(ExplanationJson, SaysAllThereIs) {
    const Planned it = planned(bert_and_vgg());
    const json root = written(it);
    EXPECT_EQ(root["format"], "tangram/explanation");
    EXPECT_EQ(root["status"], "optimal");
    EXPECT_TRUE(root["shortage"].is_null());
    EXPECT_TRUE(root["what_if"].is_null());
    ASSERT_EQ(root["services"].size(), 2U);
    const json& a = root["services"][0];
    EXPECT_EQ(a["name"], "a");
    EXPECT_EQ(a["rate_rps"], 45);
    EXPECT_GE(a["capacity_rps"].get<double>(), 45);
    EXPECT_EQ(a["points"].size(), 3U);
    EXPECT_EQ(a["points"][2]["verdict"], "refused");
    EXPECT_EQ(a["points"][2]["reasons"][0]["kind"], "latency");
    EXPECT_EQ(root["services"][1]["name"], "b \"quoted\"");
    if (root["priced"] == true) {
        EXPECT_FALSE(root["partitions"].empty());
        EXPECT_TRUE(root["bound"]["prices_hold"].get<bool>());
        EXPECT_FALSE(a["next"].is_null());
    }
}

TEST(ExplanationJson, IsValidJsonWithNoServices) {
    const workload::Problem problem = bert_and_vgg().build();
    planner::PlanningModel model;
    model.problem = &problem;
    const json root = checked(explanation_json(model, {}, {}));
    EXPECT_TRUE(root["services"].empty());
    EXPECT_EQ(root["status"], "unknown");
}

TEST(ExplanationJson, CarriesAWhatIf) {
    const Planned it = planned(bert_and_vgg());
    WhatIfFigures figures;
    figures.changes = {"rate:a=+20%"};
    figures.before = {planner::Status::kOptimal, 1, Cost{1'000'000}, Cost{1'000'000}};
    figures.after = {planner::Status::kFeasible, 2, Cost{2'500'000}, Cost{2'000'000}};
    const json root = written(it, figures);
    EXPECT_EQ(root["what_if"]["changes"][0], "rate:a=+20%");
    EXPECT_EQ(root["what_if"]["after"]["status"], "feasible");
    EXPECT_EQ(root["what_if"]["after"]["cost"], 2.5);
}

TEST(ExplanationJson, TellsAShortage) {
    Planned it = planned(bert_and_vgg());
    it.outcome.status = planner::Status::kInfeasible;
    it.outcome.gpus_needed = 4;
    const json root = written(it);
    EXPECT_EQ(root["shortage"]["gpus_needed"], 4);
    EXPECT_EQ(root["shortage"]["gpus_missing"], 4);
}

TEST(BlockersJson, NamesTheNearestObjective) {
    SmallProblem small = bert_and_vgg();
    small.service("c", "bert", 1, 20);
    const workload::Problem problem = small.build();
    const json root = checked(blockers_json(problem, planner::explain::find_blockers(problem)));
    EXPECT_EQ(root["status"], "infeasible");
    ASSERT_EQ(root["blockers"].size(), 1U);
    const json& blocker = root["blockers"][0];
    EXPECT_EQ(blocker["service"], "c");
    EXPECT_EQ(blocker["points"], 3);
    EXPECT_EQ(blocker["relaxation"]["objectives"][0]["needed_ms"], 30);
    EXPECT_EQ(blocker["relaxation"]["objectives"][0]["asked_ms"], 20);
}

}  // namespace
}  // namespace tangram::io
