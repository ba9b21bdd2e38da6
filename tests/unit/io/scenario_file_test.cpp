#include "io/scenario_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "io/files.h"
#include "support/small_problem.h"
#include "unit/io/golden.h"
#include "unit/io/scenario_support.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

using test::error_of;
using test::kArrivals;
using test::kPlainTenant;
using test::rps;
using test::scenario_text;
using test::tenant_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr window::TenantId kPhotos{0}, kSearch{1};
constexpr window::KindId kOnly{0};

std::string refusal(const std::string& text) { return error_of(test::parse_scenario(text)); }
std::string refusal_of_tenant(const std::string& fields, const std::string& top = {}) {
    return refusal(scenario_text(tenant_text(fields), top));
}
Rate capacity_of(const window::Scenario& scenario, window::TenantId tenant,
                 const std::string& profile, window::KindId kind = kOnly) {
    const gpu::GpuModel& model = scenario.catalogue->model(scenario.kinds[kind]);
    return scenario.tenants[tenant].capacity[kind][model.find_profile(profile)];
}

TEST(ScenarioFile, ReadsWhatASiteIs) {
    const auto file = test::parse_scenario(test::kFullScenario);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const window::Scenario& s = file->scenario;
    EXPECT_EQ(s.name, "full");
    EXPECT_THAT(s.sources, ElementsAre("measured", "made up"));
    EXPECT_EQ(s.slot, std::chrono::milliseconds(500));
    EXPECT_EQ(s.window_slots, 6);
    EXPECT_EQ(s.windows, 2);
    EXPECT_EQ(s.rules.name, "paper-2021");
    EXPECT_THAT(s.kinds.raw(), SizeIs(1)) << "two names of one model are one kind";
    ASSERT_EQ(s.gpus.size(), 3U);
    EXPECT_EQ(s.gpus[window::GpuId{1}].id, "a100-80gb-1");
    EXPECT_EQ(s.gpus[window::GpuId{2}].id, "spare");
    ASSERT_EQ(s.running.size(), 3U);
    EXPECT_EQ(s.running[1].activity, window::Activity::kRetraining);
    EXPECT_EQ(s.running[1].left, 2) << "0.7 s are two slots";
    EXPECT_EQ(s.running[1].accuracy, Share{600'000});
    EXPECT_EQ(s.running[2].gpu, window::GpuId{2});
    EXPECT_EQ(s.running[2].placement.start, 6);
}

TEST(ScenarioFile, ReadsWhatATenantIs) {
    const auto file = test::parse_scenario(test::kFullScenario);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const window::ScenarioTenant& photos = file->scenario.tenants[kPhotos];
    EXPECT_EQ(photos.accuracy, Share{700'000});
    EXPECT_EQ(photos.floor, Share{500'000});
    // The scenario's times, but its own loading and first inference: 1 + 0.2 + 0.2 + 4 + 1.
    EXPECT_EQ(photos.switching.sum(), std::chrono::milliseconds(6'400));
    EXPECT_EQ(window::warm_up_slots(photos.switching, file->scenario.slot), 13);
    // Table rows within 25 ms, as the rule `mean` has it.
    EXPECT_EQ(capacity_of(file->scenario, kPhotos, "1g.10gb"), rps(400));
    EXPECT_EQ(capacity_of(file->scenario, kPhotos, "2g.20gb"), rps(900));
    EXPECT_EQ(capacity_of(file->scenario, kPhotos, "3g.40gb"), Rate{});
    ASSERT_EQ(photos.episodes.size(), 2U);
    const auto& first = photos.episodes[0].retrainings;
    ASSERT_EQ(first.size(), 3U);
    EXPECT_EQ(first[0].slots, 3) << "1.2 s are three slots";
    EXPECT_EQ(first[2].name, "long");
    EXPECT_EQ(first[2].slots, 4);
    EXPECT_EQ(first[2].accuracy, Share{900'000});
    EXPECT_EQ(photos.episodes[1].drop, Share{100'000});
    EXPECT_EQ(photos.episodes[1].retrainings[0].name, "again");
    const window::ScenarioTenant& search = file->scenario.tenants[kSearch];
    EXPECT_EQ(search.accuracy, Share{0});
    EXPECT_EQ(search.model, "anything");
    EXPECT_EQ(capacity_of(file->scenario, kSearch, "1g.10gb"), rps(10.5));
    EXPECT_EQ(search.episodes.size(), 2U);
}

TEST(ScenarioFile, ReadsArrivalsInEachForm) {
    const auto file = test::parse_scenario(test::kFullScenario);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const window::ScenarioTenant& photos = file->scenario.tenants[kPhotos];
    EXPECT_THAT(photos.past, ElementsAre(rps(13.5), rps(1.5)));
    ASSERT_EQ(photos.rates.size(), 12U);
    EXPECT_EQ(photos.rates.front(), rps(3));
    EXPECT_EQ(photos.rates.back(), rps(19.5));
    const window::ScenarioTenant& search = file->scenario.tenants[kSearch];
    EXPECT_THAT(search.past, ElementsAre(rps(1), rps(2.5)));
    EXPECT_THAT(search.rates, ElementsAre(rps(5), rps(5), rps(50.001), rps(50.001), rps(50.001),
                                          rps(50.001), rps(50.001), rps(50.001), rps(50.001),
                                          rps(50.001), rps(50.001), rps(0)));
    const auto list = test::parse_scenario(scenario_text(
        tenant_text("capacity: {1g.10gb: 1}, arrivals: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9.5]")));
    ASSERT_TRUE(list.has_value()) << list.error().text();
    EXPECT_EQ(list->scenario.tenants[kPhotos].rates[9], rps(9.5));
}

TEST(ScenarioFile, ScaledArrivalsAreRoundedUp) {
    const auto file = test::parse_scenario(scenario_text(tenant_text(
        "capacity: {1g.10gb: 1}, arrivals: {file: load.csv, column: photos, scale: 0.3333}")));
    ASSERT_TRUE(file.has_value()) << file.error().text();
    EXPECT_EQ(file->scenario.tenants[kPhotos].rates[1], rps(0.334));
    EXPECT_EQ(file->scenario.tenants[kPhotos].rates[0], rps(3)) << "2.9997";
}

TEST(ScenarioFile, MeasuredCapacitiesBelongToTheirGpuModel) {
    std::string text =
        scenario_text(tenant_text("slo: {latency_ms: 50}, " + kArrivals), "profiles: [t.csv]\n");
    const auto file = test::parse_scenario(text);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const std::string one = "[{model: A100-80GB}]";
    text.replace(text.find(one), one.size(), "[{model: A30}, {model: A100-80GB}]");
    const auto two = test::parse_scenario(text);
    ASSERT_TRUE(two.has_value()) << two.error().text();
    const auto& capacity = two->scenario.tenants[kPhotos].capacity;
    EXPECT_EQ(capacity[window::KindId{1}], file->scenario.tenants[kPhotos].capacity[kOnly]);
    for (const Rate rate : capacity[window::KindId{0}]) EXPECT_EQ(rate, Rate{});
}

TEST(ScenarioFile, IsWrittenAsItIsRead) {
    const auto file = test::parse_scenario(test::kFullScenario);
    ASSERT_TRUE(file.has_value()) << file.error().text();
    const std::string text = write_scenario(*file);
    test::expect_golden("scenario.yaml", text);
    const auto again = test::parse_scenario(text);
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_EQ(write_scenario(*again), text);
    const window::ScenarioTenant& before = file->scenario.tenants[kPhotos];
    const window::ScenarioTenant& after = again->scenario.tenants[kPhotos];
    EXPECT_EQ(after.rates, before.rates);
    EXPECT_EQ(after.past, before.past);
    EXPECT_EQ(after.capacity, before.capacity);
    EXPECT_EQ(after.switching.sum(), before.switching.sum());
}

const std::string kTwoModels = "gpus: [{model: A100-80GB}, {model: A30, count: 2}]\n";
std::string two_models(const std::string& fields) {
    std::string text = scenario_text(tenant_text(fields));
    return text.replace(text.find("gpus:"), 27, kTwoModels);
}

TEST(ScenarioFile, WithSeveralModelsFiguresStandBelowTheirNames) {
    const auto file = test::parse_scenario(
        two_models("capacity: {A30: {1g.6gb: 20}, A100-80GB: {2g.20gb: 70}}, " + kArrivals +
                   ", retraining: [{name: r, seconds: {A30: {2g.12gb: 5, 4g.24gb: 3}}, "
                   "accuracy: 1}]"));
    ASSERT_TRUE(file.has_value()) << file.error().text();
    EXPECT_EQ(capacity_of(file->scenario, kPhotos, "1g.6gb", window::KindId{1}), rps(20));
    EXPECT_EQ(capacity_of(file->scenario, kPhotos, "2g.20gb"), rps(70));
    const auto& retrainings = file->scenario.tenants[kPhotos].episodes[0].retrainings;
    ASSERT_EQ(retrainings.size(), 2U);
    EXPECT_EQ(retrainings[1].kind, window::KindId{1});
    EXPECT_EQ(retrainings[1].slots, 3);
    EXPECT_EQ(file->scenario.gpus[window::GpuId{2}].id, "a30-24gb-1");
    const std::string text = write_scenario(*file);
    const auto again = test::parse_scenario(text);
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_EQ(write_scenario(*again), text);
    EXPECT_THAT(refusal(two_models(kPlainTenant)), HasSubstr("write {MODEL: {PROFILE: figure}}"));
    EXPECT_THAT(refusal(two_models("capacity: {H100-SXM: {1g.10gb: 5}}, " + kArrivals)),
                HasSubstr("H100-SXM5-80GB is not among the gpus"));
    EXPECT_THAT(refusal(two_models("capacity: {A30: {1g.6gb: 20}}, " + kArrivals +
                                   ", retraining: [{name: r, profile: 2g.12gb, seconds: 5, "
                                   "accuracy: 1}]")),
                HasSubstr("which GPU model's?"));
}

TEST(ScenarioFile, RefusalsSayWhereWhatAndWhatInstead) {
    EXPECT_THAT(refusal_of_tenant(kArrivals),
                HasSubstr("s.yaml:8: tenants[0]: nothing says how fast it is served: give `slo`"));
    EXPECT_THAT(refusal_of_tenant("capacity: {1g.10gb: 4}, slo: {latency_ms: 9}, " + kArrivals),
                HasSubstr("leave one of them out"));
    EXPECT_THAT(refusal_of_tenant("slo: {latency_ms: 9}, " + kArrivals),
                HasSubstr("no table has the model \"resnet50\""));
    EXPECT_THAT(refusal_of_tenant("slo: {latency_ms: 2}, " + kArrivals, "profiles: [t.csv]\n"),
                HasSubstr("photos"));
    EXPECT_THAT(refusal_of_tenant("capacity: {3g.20gb: 4}, " + kArrivals),
                HasSubstr("A100-SXM4-80GB has no profile \"3g.20gb\"; nearest: "));
    EXPECT_THAT(refusal_of_tenant("capacity: {}, " + kArrivals), HasSubstr("at least one profile"));
    EXPECT_THAT(refusal_of_tenant("capacity: {1g.10gb: 4}, arrivals: [1, 2]"),
                HasSubstr("found 2 rates, expected 10: 1 window of 10 slots"));
    EXPECT_THAT(refusal(scenario_text(tenant_text(kPlainTenant) + tenant_text(kPlainTenant))),
                HasSubstr("there are two tenants \"photos\""));
    EXPECT_THAT(refusal_of_tenant(kPlainTenant + ", later: [{drop: 0.1}]"),
                HasSubstr("found 1 windows, expected 0"));
    EXPECT_THAT(refusal_of_tenant(kPlainTenant + ", retrainig: []"),
                HasSubstr("unknown field; nearest: retraining"));
    EXPECT_THAT(refusal_of_tenant(kPlainTenant, "gpu: 1\n"), HasSubstr("s.yaml:7: gpu: unknown"));
    EXPECT_THAT(refusal_of_tenant(kPlainTenant, "rules: old\n"), HasSubstr("rules"));
    EXPECT_THAT(refusal_of_tenant(kPlainTenant, "profiles: [none.csv]\n"),
                HasSubstr("no such file"));
}

TEST(ScenarioFile, RefusesArrivalsThatDoNotFit) {
    const auto arrivals = [](const std::string& text, const std::string& top = {}) {
        return refusal_of_tenant("capacity: {1g.10gb: 4}, arrivals: " + text, top);
    };
    EXPECT_THAT(arrivals("[{from_s: 1, rps: 4}]"), HasSubstr("expected 0: the first rate begins"));
    EXPECT_THAT(arrivals("[{from_s: 0, rps: 4}, {from_s: 0, rps: 5}]"), HasSubstr("a later time"));
    EXPECT_THAT(arrivals("[{from_s: 0, rps: 4}, {from_s: 10, rps: 5}]"), HasSubstr("within"));
    EXPECT_THAT(arrivals("[{from_s: 0, rps: 4}, {from_s: 2.5, rps: 5}]"),
                HasSubstr("a multiple of slot_s, 1"));
    EXPECT_THAT(arrivals("[{rps: 4}]"), HasSubstr("\"from_s\" is missing"));
    EXPECT_THAT(arrivals("[]"), HasSubstr("found 0 rates"));
    EXPECT_THAT(arrivals("[{from_s: 0, rps: -4}]"), HasSubstr("requests per second"));
    EXPECT_THAT(arrivals("{file: load.csv, column: phots}"), HasSubstr("nearest: photos"));
    EXPECT_THAT(arrivals("{file: load.csv, column: note}"),
                HasSubstr("load.csv:2: column note: found \"a\", expected requests per second"));
    EXPECT_THAT(arrivals("{file: load.csv, column: photos, from_s: 6}"),
                HasSubstr("load.csv has 14 rows, expected at least 16"));
    EXPECT_THAT(arrivals("{file: load.csv, column: photos, from_s: 1, past_s: 2}"),
                HasSubstr("at most from_s"));
    EXPECT_THAT(arrivals("{file: load.csv, column: photos, scale: 0}"), HasSubstr("a factor"));
    EXPECT_THAT(arrivals("{file: none.csv, column: photos}"), HasSubstr("no such file"));
    EXPECT_THAT(arrivals("{file: load.csv, column: photos, from_s: 1, past_s: 1}, past: [1]"),
                HasSubstr("leave one out"));
    EXPECT_THAT(arrivals("[{from_s: 0, rps: 1}]", "windows: 10000\nslot_s: 0.001\n"),
                HasSubstr("given twice"));
}

TEST(ScenarioFile, RefusesWhatCannotRunAtTheStart) {
    const auto running = [](const std::string& text) {
        return refusal(scenario_text(tenant_text(kPlainTenant), "running: [" + text + "]\n"));
    };
    const std::string place = "{gpu: a100-80gb-0, profile: 3g.40gb, start: 0, tenant: photos";
    EXPECT_EQ(running(place + "}"), "");
    EXPECT_THAT(running(place + ", left_s: 3}"), HasSubstr("no meaning with activity serving"));
    EXPECT_THAT(running(place + ", activity: creating}"), HasSubstr("\"left_s\" is missing"));
    EXPECT_THAT(running(place + ", activity: retraining, left_s: 2}"),
                HasSubstr("\"accuracy\" is missing"));
    EXPECT_THAT(running(place + ", activity: idle}"), HasSubstr("expected one of: serving"));
    EXPECT_THAT(running("{gpu: a100-0, profile: 3g.40gb, start: 0, tenant: photos}"),
                HasSubstr("no GPU \"a100-0\", expected one of: a100-80gb-0"));
    EXPECT_THAT(running("{gpu: a100-80gb-0, profile: 3g.40gb, start: 0, tenant: photo}"),
                HasSubstr("no tenant \"photo\"; nearest: photos"));
    EXPECT_THAT(running("{gpu: a100-80gb-0, profile: 3g.40gb, start: 1, tenant: photos}"),
                HasSubstr("a100-80gb-0"))
        << "no placement of 3g starts there";
    EXPECT_THAT(running(place + "}, " + place + "}"), HasSubstr("a100-80gb-0")) << "they overlap";
}

// A few bytes must not make a program fill the memory or wait.
TEST(ScenarioFile, RefusesHugeScenarios) {
    std::string tenants;
    for (int i = 0; i < 300; ++i) tenants += tenant_text(kPlainTenant, "t" + std::to_string(i));
    std::string text = scenario_text(tenants, "windows: 10000\n");
    EXPECT_THAT(refusal(text), HasSubstr("take fewer windows"));
    std::string choices = "{name: r, profile: 1g.10gb, seconds: 1, accuracy: 1}";
    for (int i = 0; i < 7; ++i) choices += ", " + choices;
    EXPECT_THAT(
        refusal_of_tenant(kPlainTenant + ", retraining: [" + choices + "]", "windows: 10000\n"),
        HasSubstr("more than 1000000 retrainings"));
    text = scenario_text(tenant_text(kPlainTenant));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        return refusal(changed.replace(changed.find(from), from.size(), to));
    };
    EXPECT_THAT(with("window_s: 10", "window_s: 100001"), HasSubstr("1 to 100000 slots of 1 s"));
    EXPECT_THAT(with("window_s: 10", "window_s: 1e300"), HasSubstr("seconds"));
    EXPECT_THAT(with("window_s: 10", "window_s: 10.5"), HasSubstr("slots of 1 s"));
    EXPECT_THAT(with("slot_s: 1", "slot_s: 1e-9"), HasSubstr("0.001 to 3600"));
    EXPECT_THAT(with("{model: A100-80GB}", "{model: A100-80GB, count: 1001}"), HasSubstr("1000"));
    text = scenario_text(tenant_text(kPlainTenant + ", past: []"), "windows: 1000\n");
    EXPECT_THAT(with("window_s: 10", "window_s: 10000"), "");
    EXPECT_THAT(with("rps: 100", "rps: 1e12"), HasSubstr("0 to 10^9"));
}

// Whatever the bytes: a scenario that is written and read alike, or an error.
TEST(ScenarioFile, SurvivesDamage) {
    Random random(1);
    int read = 0;
    for (int round = 0; round < 400; ++round) {
        std::string text = test::kFullScenario;
        text[random.below(text.size())] = static_cast<char>(32 + random.below(95));
        const auto file = test::parse_scenario(text);
        if (!file) continue;
        ++read;
        const auto again = test::parse_scenario(write_scenario(*file));
        ASSERT_TRUE(again.has_value()) << again.error().text() << "\n" << text;
        EXPECT_EQ(write_scenario(*again), write_scenario(*file));
    }
    EXPECT_GT(read, 0);
}

TEST(ScenarioFile, EveryExampleIsOne) {
    ProblemContext context = test::MemoryFiles().context();
    context.read = [](const std::filesystem::path& path) { return read_file(path); };
    int examples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(TANGRAM_SOURCE_DIR) / "examples/window")) {
        if (entry.path().extension() != ".yaml") continue;
        ++examples;
        const auto file = read_scenario(entry.path(), context);
        ASSERT_TRUE(file.has_value()) << file.error().text();
        EXPECT_EQ(file->scenario.name, entry.path().stem());
        EXPECT_THAT(file->warnings, testing::IsEmpty()) << entry.path();
        const auto again = test::parse_scenario(write_scenario(*file));
        ASSERT_TRUE(again.has_value()) << again.error().text();
        for (const window::TenantId tenant : file->scenario.tenants.ids()) {
            EXPECT_EQ(again->scenario.tenants[tenant].rates, file->scenario.tenants[tenant].rates);
            EXPECT_FALSE(file->scenario.tenants[tenant].episodes.back().retrainings.empty());
        }
    }
    EXPECT_GE(examples, 6);
}

}  // namespace
}  // namespace tangram::io
