#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/comparison_table.h"
#include "report/explanation_text.h"
#include "report/text_table.h"

namespace tangram::report {
namespace {

using nlohmann::json;

json plan(const char* engine, const char* status, double cost, double bound, double seconds) {
    return {{"engine", engine},
            {"status", status},
            {"gpus", cost},
            {"cost", cost},
            {"bound", bound},
            {"gap", cost > 0 ? 1 - bound / cost : 0},
            {"timing", {{"seconds", seconds}}}};
}

json comparison() {
    json lp = plan("lp-bound", "unknown", 0, 11.4, 0.002);
    lp["gpus"] = nullptr;
    lp["cost"] = nullptr;
    lp["gap"] = nullptr;
    return {
        {"format", "tangram/comparison"},
        {"version", 1},
        {"plans",
         {plan("exact", "optimal", 12, 12, 0.0042), plan("whole-gpu", "feasible", 22, 0, 0.00001),
          plan("all-1g", "feasible", 14, 12, 1.5), lp}}};
}

TEST(TextTable, AlignsByColumnsAndTrims) {
    EXPECT_EQ(text_table({{"a", false}, {"bb", true}}, {{"x", "1"}, {"é日", "22"}},
                         TableStyle::kTerminal),
              "a    bb\n---  --\nx     1\né日  22\n");
}

TEST(TextTable, MarkdownEscapesPipes) {
    EXPECT_EQ(text_table({{"a", false}, {"b", true}}, {{"x|y", "1"}}, TableStyle::kMarkdown),
              "| a | b |\n|---|---:|\n| x\\|y | 1 |\n");
}

TEST(ComparisonTable, ShowsSavingsAgainstWholeGpus) {
    const std::string text = comparison_table(comparison().dump(), TableStyle::kMarkdown).value();
    EXPECT_NE(text.find("| exact | optimal | 12 | 12 | 12 | 0 % | 4.2 ms | 45.5 % |"), text.npos)
        << text;
    EXPECT_NE(text.find("| whole-gpu | feasible | 22 | 22 | – | – | 0.01 ms | 0 % |"), text.npos)
        << text;
    EXPECT_NE(text.find("| all-1g | feasible | 14 | 14 | 12 | 14.3 % | 1.5 s | 36.4 % |"),
              text.npos)
        << text;
    EXPECT_NE(text.find("| lp-bound | unknown | – | – | 11.4 | – | 2 ms | – |"), text.npos) << text;
}

TEST(ComparisonTable, NamesPlansThatRestOnEstimates) {
    json all = comparison();
    for (json& plan : all["plans"]) {
        plan["instances"] = 40;
        plan["estimated_instances"] = 0;
    }
    const std::string none = comparison_table(all.dump(), TableStyle::kTerminal).value();
    EXPECT_EQ(none.find("estimated"), none.npos) << none;
    all["plans"][0]["estimated_instances"] = 3;
    all["plans"][2]["estimated_instances"] = 40;
    const std::string text = comparison_table(all.dump(), TableStyle::kTerminal).value();
    EXPECT_TRUE(
        text.ends_with("\nrest on estimated performance: exact 3 of 40 instances, all-1g 40 "
                       "of 40 instances\n"))
        << text;
}

TEST(ComparisonTable, SavesNothingAgainstWhatIsNotThere) {
    json without = comparison();
    without["plans"].erase(1);
    const std::string text = comparison_table(without.dump(), TableStyle::kMarkdown).value();
    EXPECT_NE(text.find("| exact | optimal | 12 | 12 | 12 | 0 % | 4.2 ms | – |"), text.npos);
    EXPECT_FALSE(comparison_table("{}", TableStyle::kTerminal).has_value());
    EXPECT_FALSE(comparison_table("x", TableStyle::kTerminal).has_value());
}

json explanation() {
    return json::parse(R"({
"format": "tangram/explanation", "version": 1, "status": "optimal", "priced": true,
"types": [{"gpu": "A", "profile": "1g", "price": 0.142857142857, "used": 3},
          {"gpu": "A", "profile": "3g", "price": 0.428571428571, "used": 0}],
"partitions": [{"gpu": "A", "profiles": [{"profile": "1g", "count": 7}], "cost": 1, "worth": 1,
                "slack": 0, "gpus": 1},
               {"gpu": "A", "profiles": [{"profile": "3g", "count": 2}], "cost": 1,
                "worth": 0.857142857143, "slack": 0.142857142857, "gpus": 0}],
"bound": {"contributions": 0.428571428571, "rents": 0, "raw": 0.428571428571, "granularity": 1,
          "rounded": 1, "bound": 1, "prices_hold": true},
"shortage": null, "blockers": [], "what_if": null, "notes": ["the problem has no service old"],
"services": [{"name": "bert", "rate_rps": 90, "required_rps": 90, "capacity_rps": 120,
  "spare_rps": 30, "instances": 3,
  "used": [{"gpu": "A", "profile": "1g", "batch": 8, "processes": 2, "throughput_rps": 40,
            "metric": "latency_ms", "latency_ms": 20, "count": 3, "price": 0.142857142857}],
  "paid": 0.428571428571, "contribution": 0.428571428571,
  "cheapest_cover": [{"gpu": "A", "profile": "1g", "count": 3}],
  "next": {"gpu": "A", "profile": "1g", "throughput_rps": 40, "price": 0.142857142857,
           "price_per_rps": 0.003571},
  "margin": {"gpu": "A", "profile": "1g", "throughput_rps": 40, "price": 0.142857142857,
             "price_per_rps": 0.003571},
  "points": [{"gpu": "A", "profile": "1g", "batch": 8, "processes": 2, "throughput_rps": 40,
              "verdict": "chosen", "reasons": []},
             {"gpu": "A", "profile": "3g", "batch": 8, "processes": 2, "throughput_rps": 90,
              "verdict": "refused", "reasons": [{"kind": "latency",
              "reason": "2 x 60 ms + 0 ms wait = 120 ms > 100 ms"}]}]}]})");
}

void expect_says(const json& root, const std::vector<std::string>& sentences) {
    const std::string text = explanation_text(root.dump()).value();
    for (const std::string& sentence : sentences) {
        EXPECT_NE(text.find(sentence), text.npos) << sentence << "\nin\n" << text;
    }
}

TEST(ExplanationText, SaysWhyInNumbers) {
    expect_says(
        explanation(),
        {"Why it cannot cost less than 1\n", "cheapest cover at these prices: 0.4286 in all",
         "Costs come in steps of 1: rounded up, 1.", "7 x 1g", "2 x 3g", "0.1429",
         "rate 90.0 requests/s on 3 instances, capacity 120: 30.0 requests/s more fit",
         "uses 3 x 1g with batch 8 x 2: 40.0 requests/s each, 20.0 ms",
         "pays 0.4286 at the prices; its cheapest cover is 3 x 1g for 0.4286",
         "the next instance: 1g for 0.1429, 40.0 requests/s",
         "one request/s more costs 0.00357 (on 1g)", "2 x 60 ms + 0 ms wait = 120 ms > 100 ms",
         "Note: the problem has no service old"});
}

TEST(ExplanationText, TellsAProofBeyondPricesAndPricesThatProveNothing) {
    json root = explanation();
    root["bound"]["bound"] = 2;
    expect_says(root, {"proved 2 by searching beyond what prices show"});
    root["bound"]["prices_hold"] = false;
    expect_says(root, {"they prove nothing"});
    root["bound"]["prices_hold"] = true;
    root["bound"]["bound"] = 0;
    expect_says(root, {"states the weaker bound 0"});
}

TEST(ExplanationText, NamesWhatBlocks) {
    json root = explanation();
    root["services"] = json::array();
    root["shortage"] = {{"gpus_needed", 12},
                        {"gpus_available", 10},
                        {"gpus_missing", 2},
                        {"cost_available", 10},
                        {"largest", {{{"service", "bert"}, {"contribution", 4.5}}}}};
    root["blockers"] = json::parse(R"([{"service": "vgg", "points": 40,
        "refusals": [{"kind": "latency", "points": 40}],
        "relaxation": {"gpu": "A", "profile": "1g", "batch": 1, "processes": 1,
            "throughput_rps": 5, "objectives": [{"metric": "latency_ms", "asked_ms": 10,
            "needed_ms": 14.5, "measured_ms": 7.25}]}}])");
    expect_says(root, {"The fleet has 10 GPUs; at least 12 are needed: 2 missing.",
                       "bert needs at least 4.5000",
                       "vgg cannot be served at all: none of 40 operating points",
                       "it could be with latency_ms of 14.5 ms (asked: 10 ms), as 1g then measures "
                       "7.25 ms with batch 1 and 1 process"});
}

TEST(ExplanationText, ComparesWhatIfs) {
    json root = explanation();
    const json before{{"status", "optimal"}, {"gpus", 12}, {"cost", 12}, {"bound", 12}};
    json after = before;
    after["gpus"] = 14;
    root["what_if"] = {{"changes", {"rate:bert=+20%"}}, {"before", before}, {"after", after}};
    expect_says(root, {"What if rate:bert=+20%", "before  optimal    12", "after   optimal    14"});
}

TEST(ExplanationText, ShowsTheCostliestServicesOfMany) {
    json root = explanation();
    const json one = root["services"][0];
    for (int i = 0; i < 9; ++i) {
        json other = one;
        other["name"] = "cheap-" + std::to_string(i);
        other["paid"] = 0.1;
        root["services"].push_back(other);
    }
    ExplanationTextOptions options;
    options.max_services = 1;
    const std::string text = explanation_text(root.dump(), options).value();
    EXPECT_NE(text.find("bert"), text.npos);
    EXPECT_EQ(text.find("cheap-"), text.npos);
    EXPECT_NE(text.find("… and 9 more services"), text.npos);
}

TEST(ExplanationText, TellsPointsThatWouldHaveBeenBetter) {
    json root = explanation();
    json& points = root["services"][0]["points"];
    for (const int throughput : {20, 95, 97}) {
        points.push_back(
            {{"gpu", "A"},
             {"profile", "1g"},
             {"batch", throughput},
             {"processes", 1},
             {"throughput_rps", throughput},
             {"verdict", "refused"},
             {"reasons",
              {{{"kind", throughput < 90 ? "processes" : "memory"}, {"reason", "too much"}}}}});
    }
    std::string text = explanation_text(root.dump()).value();
    EXPECT_NE(text.find("97 x 1"), text.npos) << text;
    EXPECT_EQ(text.find("95 x 1"), text.npos) << text;
    EXPECT_EQ(text.find("20 x 1"), text.npos) << text;
    EXPECT_NE(text.find("… and 2 more operating points"), text.npos) << text;
    ExplanationTextOptions options;
    options.all_points = true;
    text = explanation_text(root.dump(), options).value();
    EXPECT_NE(text.find("20 x 1"), text.npos) << text;
}

TEST(ExplanationText, RefusesOtherFormats) {
    EXPECT_FALSE(explanation_text("{}").has_value());
    EXPECT_FALSE(explanation_text("").has_value());
    EXPECT_FALSE(explanation_text(R"({"format": "tangram/plan"})").has_value());
}

}  // namespace
}  // namespace tangram::report
