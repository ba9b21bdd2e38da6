#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/schedule_file.h"
#include "unit/io/scenario_support.h"
#include "unit/io/schema_check.h"
#include "unit/io/text_support.h"
#include "window/evaluate.h"

namespace tangram::io {
namespace {

using test::kPlainTenant;
using test::scenario_text;
using test::tenant_text;
using testing::HasSubstr;

constexpr window::TenantId kPhotos{0};

// A retraining with these fields behind its name.
std::string with(const std::string& fields, const std::string& top = {}) {
    return scenario_text(tenant_text(kPlainTenant + ", retraining: [{name: some, " + fields + "}]"),
                         top);
}

std::string refusal(const std::string& fields) {
    const auto file = test::parse_scenario(with(fields));
    return file ? "" : file.error().text();
}

const std::string kTwoProfiles =
    "epochs: 4, profiled: [{epochs: 0, accuracy: 0.7}, "
    "{epochs: 1, accuracy: 0.75, seconds: {3g.40gb: 2, 1g.10gb: 4.5}}, "
    "{epochs: 2, accuracy: 0.78, seconds: {3g.40gb: 3}}]";

const window::Episode& episode_of(const ScenarioFile& file, std::size_t window = 0) {
    return file.scenario.tenants[kPhotos].episodes[window];
}

TEST(ProfiledReader, PredictsEveryProfileThatWasTimed) {
    const auto file = test::parse_scenario(with(kTwoProfiles)).value();
    const window::Episode& episode = episode_of(file);
    ASSERT_EQ(episode.retrainings.size(), 2U);
    const gpu::GpuModel& gpu = file.scenario.catalogue->model(file.scenario.kinds.raw()[0]);
    const std::vector<std::string> profiles = {"1g.10gb", "3g.40gb"};
    const std::vector<std::vector<window::predict::TimedRun>> runs = {
        {{1, std::chrono::milliseconds(4'500)}},
        {{1, std::chrono::seconds(2)}, {2, std::chrono::seconds(3)}}};
    const std::vector<window::predict::Checkpoint> measured = {
        {0, Share{700'000}}, {1, Share{750'000}}, {2, Share{780'000}}};
    for (std::size_t i = 0; i < 2; ++i) {
        const window::Retraining& choice = episode.retrainings[i];
        const window::predict::Prediction* const prediction = episode.prediction_of(i);
        ASSERT_NE(prediction, nullptr);
        EXPECT_EQ(choice.name, "some");
        EXPECT_EQ(gpu.profiles[choice.profile].name, profiles[i]);
        const auto accuracy = window::predict::predict_accuracy(measured, 4, {});
        const auto duration = window::predict::predict_duration(runs[i], 4, {});
        EXPECT_EQ(choice.accuracy, accuracy.expected);
        EXPECT_EQ(choice.slots, window::predict::slots_of(duration.expected, file.scenario.slot));
        EXPECT_EQ(prediction->accuracy.low, accuracy.low);
        EXPECT_EQ(prediction->duration.high, duration.high);
    }
    // 2 and 3 seconds for one and two epochs: a second each.
    EXPECT_NEAR(static_cast<double>(episode.retrainings[1].slots), 5, 1);
}

TEST(ProfiledReader, WhatIsStatedIsNotPredicted) {
    const auto file = test::parse_scenario(with("profile: 1g.10gb, seconds: 3, accuracy: 0.9"));
    EXPECT_EQ(episode_of(*file).prediction_of(0), nullptr);
}

TEST(ProfiledReader, LaterWindowsHaveTheSameUnlessTheySayOtherwise) {
    const std::string again = "[{name: new, profile: 1g.10gb, seconds: 3, accuracy: 0.9}]";
    std::string text = with(kTwoProfiles, "windows: 3\n");
    text.replace(text.rfind("]}]"), 3, "]}], later: [{drop: 0.1}, {retraining: " + again + "}]");
    const auto file = test::parse_scenario(text);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    EXPECT_EQ(episode_of(*file, 1).prediction_of(1), episode_of(*file, 0).prediction_of(1));
    EXPECT_NE(episode_of(*file, 1).prediction_of(1), nullptr);
    EXPECT_TRUE(episode_of(*file, 2).predictions.empty());
}

TEST(ProfiledReader, IsWrittenAsItIsRead) {
    const auto file = test::parse_scenario(with(kTwoProfiles));
    const std::string text = write_scenario(*file);
    EXPECT_THAT(text, HasSubstr("epochs: 4, profiled: [{epochs: 0, accuracy: 0.7}, {epochs: 1, "
                                "accuracy: 0.75, seconds: {\"1g.10gb\": 4.5}}"));
    EXPECT_EQ(test::schema_error("window-scenario", test::yaml(text).root()), "");
    const auto again = test::parse_scenario(text);
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_EQ(write_scenario(*again), text);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(episode_of(*again).retrainings[i].slots, episode_of(*file).retrainings[i].slots);
        EXPECT_EQ(episode_of(*again).prediction_of(i)->accuracy.high,
                  episode_of(*file).prediction_of(i)->accuracy.high);
    }
}

TEST(ProfiledReader, ASchedulesPredictionsAreLabelled) {
    const auto file = test::parse_scenario(with(kTwoProfiles)).value();
    const window::Window window = window::first_window(file.scenario);
    window::Outcome outcome;
    outcome.engine = "by hand";
    outcome.status = window::Status::kFeasible;
    const window::Retraining& choice = window.tenants[kPhotos].retrainings[1];
    outcome.schedule = {{{.gpu = window::GpuId{0},
                          .placement = {choice.profile, 0},
                          .tenant = kPhotos,
                          .use = window::Use::kRetrain,
                          .from = 0,
                          .ready = 0,
                          .until = choice.slots,
                          .retraining = 1,
                          .running = {}}}};
    outcome.evaluation = window::evaluate(window, *outcome.schedule);
    const std::string text = write_schedule(file.scenario, 0, window, outcome);
    EXPECT_THAT(text, HasSubstr("\"predicted\": {\"epochs\": 4, \"accuracy\": 0."));
    EXPECT_EQ(test::schema_error("window-schedule", test::json(text).root()), "");
    const auto back = parse_schedule(text, "s.json");
    ASSERT_TRUE(back.has_value()) << back.error().text();
    EXPECT_TRUE(schedule_of(*back, window, "s.json").has_value());
    std::string wrong = text;
    wrong.replace(wrong.find("\"epochs\": 4"), 11, "\"epochs\": 0");
    EXPECT_FALSE(parse_schedule(wrong, "s.json").has_value());
}

TEST(ProfiledReader, RefusalsSayWhatAndWhere) {
    const auto profiled = [](const std::string& list) {
        return refusal("epochs: 4, profiled: [" + list + "]");
    };
    const std::string timed = "seconds: {1g.10gb: 2}}";
    EXPECT_THAT(refusal("epochs: 4"), HasSubstr("\"profiled\" is missing"));
    EXPECT_THAT(refusal(kTwoProfiles + ", accuracy: 1"), HasSubstr("leave one of them out"));
    EXPECT_THAT(refusal(kTwoProfiles + ", profile: 1g.10gb"), HasSubstr("leave one of them out"));
    EXPECT_THAT(profiled(""), HasSubstr("give `seconds`"));
    EXPECT_THAT(profiled("{epochs: 1, accuracy: 0.7}"), HasSubstr("give `seconds`"));
    EXPECT_THAT(profiled("{epochs: 1, " + timed), HasSubstr("\"accuracy\" is missing"));
    EXPECT_THAT(profiled("{epochs: 0, accuracy: 0.7, " + timed), HasSubstr("no epoch"));
    EXPECT_THAT(profiled("{epochs: 2, accuracy: 1, " + timed + ", {epochs: 2, accuracy: 1}"),
                HasSubstr("order of their epochs"));
    EXPECT_THAT(
        profiled("{epochs: 1, accuracy: 1, " + timed + ", {epochs: 2, accuracy: 1, " + timed),
        HasSubstr("more epochs on a profile take longer"));
    EXPECT_THAT(profiled("{epochs: 1, accuracy: 1, seconds: {A100-80GB: {1g.10gb: 2}, "
                         "A100-SXM4-80GB: {1g.10gb: 3}}}"),
                HasSubstr("more epochs on a profile take longer"))
        << "two names of one GPU model";
    EXPECT_THAT(profiled("{epochs: 1, accuracy: 1, seconds: {1g.11gb: 2}}"),
                HasSubstr("no profile \"1g.11gb\""));
    EXPECT_THAT(profiled("{epochs: 1, accuracy: 1.5, " + timed), HasSubstr("0 to 1"));
    EXPECT_THAT(profiled("{epochs: 1, accuracy: 1, seconds: {1g.10gb: 86400}}"),
                HasSubstr("more than a day"));
    EXPECT_THAT(refusal("epochs: 1001, profiled: []"), HasSubstr("1000"));
    std::string many;
    for (int i = 1; i <= 21; ++i) many += "{epochs: " + std::to_string(i) + ", accuracy: 1}, ";
    EXPECT_THAT(profiled(many), HasSubstr("at most 20 entries"));
}

}  // namespace
}  // namespace tangram::io
