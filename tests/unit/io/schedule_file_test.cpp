#include "io/schedule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/random.h"
#include "io/goodput_text.h"
#include "unit/io/golden.h"
#include "unit/io/scenario_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::error_of;
using testing::HasSubstr;
using window::GpuId;
using window::Outcome;
using window::Stint;
using window::TenantId;
using window::Use;
using window::Window;

window::Scenario full_scenario() { return test::parse_scenario(test::kFullScenario)->scenario; }

Stint stint(const Window& window, std::size_t gpu, const std::string& profile, int start,
            std::size_t tenant, Use use, int from, int ready, int until) {
    const gpu::ProfileId id = window.model(GpuId{gpu}).find_profile(profile);
    return {GpuId{gpu}, {id, start}, TenantId{tenant}, use, from, ready, until, {}, {}};
}

// Six slots of half a second: what serves is given up early, what is being created serves, one
// retraining goes on and another one runs.
Outcome small_outcome(const Window& window) {
    Outcome outcome;
    window::Schedule& schedule = outcome.schedule.emplace();
    schedule.stints = {stint(window, 0, "2g.20gb", 0, 0, Use::kServe, 0, 0, 3),
                       stint(window, 0, "3g.40gb", 4, 1, Use::kRetrain, 0, 0, 2),
                       stint(window, 2, "1g.10gb", 6, 1, Use::kServe, 0, 2, 5),
                       stint(window, 1, "3g.40gb", 4, 0, Use::kRetrain, 1, 1, 4)};
    schedule.stints[0].running = 0;
    schedule.stints[1].running = 1;
    schedule.stints[2].running = 2;
    schedule.stints[3].retraining = 0;
    window::sort_stints(schedule);
    outcome.evaluation = window::evaluate(window, schedule);
    outcome.goodput = outcome.evaluation.goodput;
    outcome.bound = outcome.goodput + window::Goodput{1};
    outcome.status = window::Status::kOptimal;
    outcome.engine = "exact";
    outcome.stop_reason = "proven";
    outcome.work = 123'456'789'012;
    outcome.seconds = 0.25;
    return outcome;
}

struct Written {
    window::Scenario scenario = full_scenario();
    Window window = window::first_window(scenario);
    Outcome outcome = small_outcome(window);
    std::string text = write_schedule(scenario, 0, window, outcome);
};

TEST(ScheduleFile, ReadsBackWhatItWrote) {
    const Written w;
    EXPECT_THAT(w.outcome.evaluation.violations, testing::ElementsAre(HasSubstr("photos")))
        << "only the floor of photos is missed";
    test::expect_golden("schedule.json", w.text);
    const auto file = parse_schedule(w.text, "s.json");
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const auto schedule = schedule_of(*file, w.window, "s.json");
    ASSERT_TRUE(schedule.has_value()) << schedule.error().text();
    EXPECT_EQ(schedule->stints, w.outcome.schedule->stints);
    EXPECT_EQ(file->goodput, w.outcome.goodput);
    EXPECT_EQ(window::evaluate(w.window, *schedule).goodput, *file->goodput);
    EXPECT_EQ(file->bound, w.outcome.bound);
    EXPECT_EQ(file->status, window::Status::kOptimal);
    EXPECT_EQ(file->engine, "exact");
    EXPECT_EQ(file->work, w.outcome.work);
    EXPECT_EQ(file->seconds, 0.25);
    EXPECT_EQ(file->slot, w.window.slot);
    EXPECT_EQ(file->violations, w.outcome.evaluation.violations);
}

TEST(ScheduleFile, HoldsWhatCarryingItOutNeeds) {
    const auto file = parse_schedule(Written{}.text, "s.json");
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const ScheduleFile::Stint& retraining = file->stints->at(3);
    EXPECT_EQ(retraining.gpu, "a100-80gb-1");
    EXPECT_EQ(retraining.gpu_model, "A100-SXM4-80GB");
    EXPECT_EQ(retraining.profile, "3g.40gb");
    EXPECT_EQ(retraining.start, 4);
    EXPECT_EQ(retraining.size, 4);
    EXPECT_EQ(retraining.model, "resnet50");
    EXPECT_EQ(retraining.retraining, "short");
    EXPECT_EQ(retraining.accuracy, Share{800'000});
    const ScheduleFile::Stint& running = file->stints->at(1);
    EXPECT_EQ(running.running, 1U);
    EXPECT_FALSE(running.choice);
    EXPECT_EQ(running.accuracy, Share{600'000});
    const ScheduleFile::TenantAccount& photos = file->tenants.at(0);
    EXPECT_EQ(photos.name, "photos");
    EXPECT_FALSE(photos.floor_kept);
    ASSERT_EQ(photos.accuracy.size(), 2U);
    EXPECT_EQ(photos.accuracy[1].from, 4);
    EXPECT_EQ(photos.accuracy[1].accuracy, Share{800'000});
}

TEST(ScheduleFile, WithoutAnAnswerThereIsNone) {
    Written w;
    Outcome outcome;
    outcome.engine = "oracle";
    outcome.stop_reason = "deadline";
    const auto file = parse_schedule(write_schedule(w.scenario, 1, w.window, outcome), "s.json");
    ASSERT_TRUE(file.has_value()) << file.error().text();
    EXPECT_EQ(file->index, 1U);
    EXPECT_FALSE(file->goodput || file->bound || file->stints);
    EXPECT_THAT(error_of(schedule_of(*file, w.window, "s.json")),
                HasSubstr("s.json: it holds no schedule"));
    // An engine that shares GPUs otherwise has an account but no stints.
    outcome = w.outcome;
    outcome.schedule.reset();
    const auto other = parse_schedule(write_schedule(w.scenario, 0, w.window, outcome), "s.json");
    ASSERT_TRUE(other.has_value()) << other.error().text();
    EXPECT_EQ(other->goodput, w.outcome.goodput);
    EXPECT_EQ(other->tenants.size(), 2U);
    EXPECT_FALSE(other->stints);
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    CHECK(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

TEST(ScheduleFile, RefusalsSayWhereAndWhat) {
    const Written w;
    const auto refusal = [&](const std::string& from, const std::string& to) {
        return error_of(parse_schedule(changed(w.text, from, to), "s.json"));
    };
    EXPECT_THAT(refusal("window-schedule", "plan"), HasSubstr("/format"));
    EXPECT_THAT(refusal("\"optimal\"", "\"best\""), HasSubstr("expected one of: optimal"));
    EXPECT_THAT(refusal("\"work\"", "\"wrk\""), HasSubstr("nearest: work"));
    EXPECT_THAT(refusal("\"goodput\": ", "\"goodput\": -"), HasSubstr("accurate requests"));
    EXPECT_THAT(refusal("\"goodput\": ", "\"goodput\": 1e400, \"x\": "), HasSubstr("s.json"));
    EXPECT_THAT(refusal("\"slots\": 6", "\"slots\": 0"), HasSubstr("/slots"));
    EXPECT_THAT(refusal("\"until\": 3", "\"until\": 7"), HasSubstr("/schedule/0/until"));
    EXPECT_THAT(refusal("\"until\": 3", "\"until\": 2"),
                HasSubstr("/schedule/0/destroy_at_s: this is not the time of slot 2"));
    EXPECT_THAT(refusal("\"use\": \"serve\"", "\"use\": \"idle\""), HasSubstr("serve, retrain"));
    EXPECT_THAT(refusal("\"use\": \"retrain\"", "\"use\": \"serve\""), HasSubstr("this stint"));
    EXPECT_THAT(refusal("\"create_at_s\": 0.5, ", ""), HasSubstr("\"create_at_s\" is missing"));
    EXPECT_THAT(refusal("\"served_share\": ", "\"served_share\": 2"), HasSubstr("a share"));
}

TEST(ScheduleFile, NamesMustBeTheWindows) {
    const Written w;
    const auto refusal = [&](const std::string& from, const std::string& to) {
        const auto file = parse_schedule(changed(w.text, from, to), "s.json");
        CHECK(file.has_value(), file.error().text());
        return error_of(schedule_of(*file, w.window, "s.json"));
    };
    EXPECT_THAT(refusal("\"gpu\": \"a100-80gb-0\"", "\"gpu\": \"a100-80gb-7\""),
                HasSubstr("s.json: /schedule/0: the scenario has no GPU \"a100-80gb-7\"; nearest"));
    EXPECT_THAT(refusal("\"gpu_model\": \"A100-SXM4-80GB\"", "\"gpu_model\": \"A30\""),
                HasSubstr("GPU a100-80gb-0 is a A100-SXM4-80GB, not a A30"));
    EXPECT_THAT(refusal("\"size\": 4", "\"size\": 3"), HasSubstr("of 3 memory slices"));
    EXPECT_THAT(refusal("\"tenant\": \"photos\"", "\"tenant\": \"phots\""), HasSubstr("nearest"));
    EXPECT_THAT(refusal("\"running\": 2", "\"running\": 3"), HasSubstr("under number 3"));
    EXPECT_THAT(refusal("\"choice\": 0", "\"choice\": 1"),
                HasSubstr("tenant photos has no retraining 1 \"short\""));
    EXPECT_THAT(refusal("\"slots\": 6", "\"slots\": 7"), HasSubstr("it is for 7 slots of 0.5 s"));
}

TEST(ScheduleFile, SurvivesDamage) {
    const Written w;
    Random random(1);
    for (int round = 0; round < 2'000; ++round) {
        std::string text = w.text;
        text[random.below(text.size())] = static_cast<char>(32 + random.below(95));
        const auto file = parse_schedule(text, "s.json");
        if (!file) continue;
        const auto schedule = schedule_of(*file, w.window, "s.json");
        if (schedule) (void)window::evaluate(w.window, *schedule);
    }
}

// Whatever the amount and the slot: the text is exact, and comes back.
TEST(GoodputText, ComesBack) {
    Random random(1);
    for (const std::int64_t slot : {1'000'000LL, 40'000'001LL, 500'000'000LL, 1'000'000'000LL,
                                    2'500'000'000LL, 3'600'000'000'000LL}) {
        for (int round = 0; round < 200; ++round) {
            const auto bits = random.below(63);
            const window::Goodput goodput{
                static_cast<std::int64_t>(random.below(std::uint64_t{1} << bits))};
            const std::string text = goodput_text(goodput, Duration{slot});
            FirstError error;
            const Document document = test::json(text);
            EXPECT_EQ(read_goodput(document.root(), Duration{slot}, error), goodput) << text;
            EXPECT_FALSE(error);
        }
    }
    const Duration second = std::chrono::seconds(1);
    EXPECT_EQ(goodput_text(window::Goodput{1'500'000'000}, second), "1.5");
    EXPECT_EQ(goodput_text(window::Goodput{1}, second), "0.000000001");
    EXPECT_EQ(goodput_text(window::Goodput{}, second), "0");
    EXPECT_EQ(goodput_text(window::Goodput{std::numeric_limits<std::int64_t>::max()}, second),
              "9223372036.854775807");
    EXPECT_EQ(requests_text(Rate{2'500}, second / 2), "1.25");
}

TEST(GoodputText, TheGapIsZeroOnlyWithoutOne) {
    const auto gap = [](std::int64_t goodput, std::int64_t bound) {
        return gap_millionths(window::Goodput{goodput}, window::Goodput{bound});
    };
    EXPECT_EQ(gap(9, 10), 100'000);
    EXPECT_EQ(gap(999'999'999, 1'000'000'000), 1);
    EXPECT_EQ(gap(10, 10), 0);
    EXPECT_EQ(gap(0, 0), 0);
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(gap(0, kMost), 1'000'000);
}

}  // namespace
}  // namespace tangram::io
