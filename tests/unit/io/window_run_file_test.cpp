#include "io/window_run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random_scenario.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::HasSubstr;

WindowRunReport report_of(const window::Scenario& scenario,
                          const window::rolling::RunOptions& options) {
    WindowRunReport report{.engine = "random", .options = options, .run = {}, .seconds = 1.5};
    report.run = window::rolling::run(scenario, test::RandomEngine(), options).value();
    return report;
}

TEST(WindowRunFile, SatisfiesItsSchema) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const window::Scenario scenario = test::random_scenario(seed);
        window::rolling::RunOptions options;
        options.every = static_cast<int>(seed);
        if (seed % 2 == 0) options.hysteresis = Share{20'000};
        if (seed % 3 == 0) options.work_per_slot = 9;
        options.error.slots_bias = Share{-100'000};
        const std::string text = write_window_run(scenario, report_of(scenario, options));
        const Document document = test::json(text);
        EXPECT_EQ(test::schema_error("window-run", document.root()), "");
        EXPECT_EQ(text, write_window_run(scenario, report_of(scenario, options)));
    }
}

// One slot of 100 requests/s, all served at an accuracy of 0.5; the second decision is late.
TEST(WindowRunFile, SaysWhatHappened) {
    test::SmallWindow w("A30", 1);
    w.tenant("a", 100).serves("a", "1g.6gb", 0, 0, 0, 1);
    window::Scenario scenario = test::random_scenario(1);
    scenario.slot = std::chrono::seconds(2);
    WindowRunReport report{.engine = "by hand", .options = {}, .run = {}, .seconds = 0};
    report.run.windows.push_back({.truth = w.window,
                                  .executed = w.schedule,
                                  .evaluation = evaluate(w.window, w.schedule),
                                  .decisions = {{.slot = 0}, {.slot = 1}}});
    report.run.windows[0].decisions[1].verdict = window::rolling::Verdict::kLate;
    report.run.goodput = report.run.windows[0].evaluation.goodput;
    const std::string text = write_window_run(scenario, report);
    EXPECT_EQ(test::schema_error("window-run", test::json(text).root()), "");
    EXPECT_THAT(text, HasSubstr("\"goodput\": 100,"));
    EXPECT_THAT(text, HasSubstr("\"asked_requests\": 200, \"served_requests\": 200,"));
    EXPECT_THAT(text, HasSubstr("\"accuracy\": [{\"from\": 0, \"accuracy\": 0.5}]"));
    EXPECT_THAT(text, HasSubstr("{\"followed\": 1, \"kept\": 0, \"late\": 1, \"no-schedule\": 0}"));
    EXPECT_THAT(text, HasSubstr("\"slot\": 1, \"verdict\": \"late\""));
}

}  // namespace
}  // namespace tangram::io
