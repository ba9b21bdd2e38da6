#include "io/window_comparison_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/pair_window.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::HasSubstr;
using window::Goodput;

EngineEntry entry_of(const test::SmallWindow& w, const std::string& engine) {
    EngineEntry entry;
    entry.engine = engine;
    window::Outcome outcome;
    outcome.status = window::Status::kFeasible;
    outcome.schedule = w.schedule;
    outcome.evaluation = evaluate(w.window, *outcome.schedule);
    outcome.goodput = outcome.evaluation.goodput;
    outcome.engine = engine;
    outcome.stop_reason = "heuristic";
    entry.on_demand = evaluate(w.window, *outcome.schedule, window::Creation::kOnDemand);
    entry.outcome = std::move(outcome);
    return entry;
}

WindowComparison small_comparison() {
    const test::SmallWindow w = test::pair();
    WindowEntries entries{"a \"pair\"", w.window, {}};
    entries.engines.push_back(entry_of(w, "static"));
    entries.engines.push_back(entry_of(w, "ilp"));
    entries.engines.back().outcome->bound = Goodput{2'000'000'000'000};
    entries.engines.push_back({"oracle", window::Outcome{}, "", {}});
    entries.engines.back().outcome->bound = Goodput{2'500'000'000'000};
    entries.engines.push_back({"exact", {}, "plans one GPU", {}});
    return {{std::move(entries)}, 1.5};
}

TEST(WindowComparisonFile, SatisfiesItsSchema) {
    const std::string text = write_window_comparison(small_comparison());
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("window-comparison", document.root()), "") << text;
    EXPECT_THAT(text, HasSubstr("\"goodput\": 1580,"));
    EXPECT_THAT(text, HasSubstr("\"served_share\": 0.275, \"mean_accuracy\": 0.718181"));
    EXPECT_THAT(text, HasSubstr("\"switching\": {\"slots\": 7, \"loss\": 790}"));
    EXPECT_THAT(text, HasSubstr("\"status\": \"refused\",\n          \"note\": \"plans one GPU\""));
}

TEST(WindowComparisonFile, MeasuresGapsByTheBestBoundOfAll) {
    const std::string text = write_window_comparison(small_comparison());
    EXPECT_THAT(text, HasSubstr("\"bound\": 2000,\n      \"engines\""));
    // Also of the engine that proves nothing itself, but not of what is no schedule.
    EXPECT_THAT(text, HasSubstr("\"gap\": 0.21,\n          \"served_share\""));
    WindowComparison shared = small_comparison();
    for (EngineEntry& entry : shared.windows[0].engines) {
        if (entry.outcome) entry.outcome->schedule.reset();
    }
    EXPECT_THAT(write_window_comparison(shared), testing::Not(HasSubstr("gap")));
    WindowComparison unproven = small_comparison();
    for (EngineEntry& entry : unproven.windows[0].engines) {
        if (entry.outcome) entry.outcome->bound.reset();
    }
    EXPECT_THAT(write_window_comparison(unproven), testing::Not(HasSubstr("gap")));
}

TEST(WindowComparisonFile, LeavesOutWhatIsNotKnown) {
    WindowComparison comparison = small_comparison();
    comparison.windows[0].engines.resize(1);
    EngineEntry& entry = comparison.windows[0].engines[0];
    entry.outcome->schedule.reset();
    entry.outcome->evaluation = evaluate(comparison.windows[0].window, {});
    entry.on_demand.reset();
    const std::string text = write_window_comparison(comparison);
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("window-comparison", document.root()), "") << text;
    EXPECT_THAT(text, HasSubstr("\"goodput\": 1580,"));
    EXPECT_THAT(text, testing::Not(HasSubstr("served_share")));
}

TEST(WindowComparisonFile, OfNothing) {
    const std::string text = write_window_comparison({});
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("window-comparison", document.root()), "") << text;
}

}  // namespace
}  // namespace tangram::io
