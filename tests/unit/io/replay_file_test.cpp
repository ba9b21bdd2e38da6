#include "io/replay_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using testing::HasSubstr;

ReplayReport small_report() {
    ReplayReport report;
    report.step = std::chrono::seconds(600);
    report.steps = 1;
    report.services = 2;
    report.durations = "driver";
    ReplayEntry entry;
    entry.options.policy = controller::Policy::kStaticPeak;
    entry.run.began = true;
    entry.run.reading.asked = controller::Wide{10} * 1'000 * 1'000'000'000;
    entry.run.reading.served = controller::Wide{9} * 1'000 * 1'000'000'000;
    entry.run.reading.unserved = controller::Wide{1} * 1'000 * 1'000'000'000;
    entry.run.reading.gpu_time = controller::Wide{5'400} * 1'000'000'000;
    entry.run.steps.push_back({Rate{1'500}, 1, 3, false, false, controller::Reason::kFits});
    report.entries.push_back(entry);
    entry.options.policy = controller::Policy::kForecast;
    entry.run.steps[0].decided = true;
    entry.run.steps[0].reason = controller::Reason::kNotWorthIt;
    report.entries.push_back(entry);
    return report;
}

TEST(ReplayFile, SatisfiesItsSchema) {
    const std::string text = write_replay(small_report());
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("replay", document.root()), "");
    EXPECT_THAT(text, HasSubstr("\"gpu_hours\": 1.5,"));
    EXPECT_THAT(text, HasSubstr("\"unserved_share\": 0.1,"));
    EXPECT_THAT(text, HasSubstr("{\"asked_rps\": 1.5, \"unserved_requests\": 1, \"gpus\": 3}"));
    EXPECT_THAT(text, HasSubstr("\"goes\": false, \"reason\": \"not-worth-it\""));
}

TEST(ReplayFile, WithoutFiguresWhereNothingBegan) {
    ReplayReport report = small_report();
    report.entries[0].run = {};
    const std::string text = write_replay(report);
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("replay", document.root()), "");
    EXPECT_THAT(text, HasSubstr("\"began\": false"));
}

TEST(ReplayFile, WithoutRunsToo) {
    ReplayReport report = small_report();
    report.entries.clear();
    const std::string text = write_replay(report);
    const Document document = test::json(text);
    EXPECT_EQ(test::schema_error("replay", document.root()), "");
}

}  // namespace
}  // namespace tangram::io
