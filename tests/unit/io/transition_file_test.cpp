#include "io/transition_file.h"

#include <gtest/gtest.h>

#include "durations_data.h"
#include "io/durations_file.h"
#include "io/parse.h"
#include "unit/io/schema_check.h"
#include "unit/transition/transition_support.h"

namespace tangram::io {
namespace {

using transition::StepGraph;
using transition::Way;

Way small_way() {
    const test::TwoServices two;
    const auto now = two.deployment().gpu("g").on("2g", 0, "a").gpu("h").on("2g", 2, "b").build();
    const auto then = two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "b").build();
    auto way = transition::find_way(two.model, now, then, test::test_durations(), {});
    CHECK(way.has_value(), way.error().text());
    return *std::move(way);
}

// The same where whole layouts are applied: one GPU is cut, the other given back as it is.
Way whole_way() {
    const test::TwoServices two(20, 20);
    const auto now = two.deployment().gpu("g").on("2g", 0, "a").on("2g", 2, "b").build();
    const auto then = two.deployment().gpu("h").on("2g", 0, "a").on("2g", 2, "b").build();
    transition::Durations durations = test::test_durations();
    durations.granularity = transition::Granularity::kGpu;
    auto way = transition::find_way(two.model, now, then, durations, {});
    CHECK(way.has_value(), way.error().text());
    return *std::move(way);
}

std::string error_of(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    CHECK(at != std::string::npos, from);
    text.replace(at, from.size(), to);
    const auto graph = parse_transition(text, "steps.json");
    return graph ? "" : graph.error().text();
}

TEST(TransitionFile, ReadsBackWhatItWrote) {
    const Way way = small_way();
    const std::string text = write_transition(way, {}, nullptr);
    const auto graph = parse_transition(text, "steps.json");
    ASSERT_TRUE(graph.has_value()) << graph.error().text();
    EXPECT_EQ(graph->from, way.graph.from);
    EXPECT_EQ(graph->gpus_at_most, way.graph.gpus_at_most);
    EXPECT_EQ(graph->arcs, way.graph.arcs);
    EXPECT_EQ(graph->points, way.graph.points);
    EXPECT_EQ(graph->services, way.graph.services);
    ASSERT_EQ(graph->steps.size(), way.graph.steps.size());
    for (const transition::StepId id : graph->steps.ids()) {
        const transition::Step& a = graph->steps[id];
        const transition::Step& b = way.graph.steps[id];
        EXPECT_EQ(a.kind, b.kind);
        EXPECT_EQ(a.gpu, b.gpu);
        EXPECT_EQ(a.profile, b.profile);
        EXPECT_EQ(a.start, b.start);
        EXPECT_EQ(a.service, b.service);
        EXPECT_EQ(a.planned, b.planned);
        EXPECT_EQ(a.duration, b.duration);
    }
    ASSERT_EQ(graph->promises.size(), way.graph.promises.size());
    EXPECT_EQ(graph->promises[0].floor, way.graph.promises[0].floor);
    EXPECT_EQ(graph->promises[0].asked, test::rps(20));
}

TEST(TransitionFile, ReadsBackLayouts) {
    const Way way = whole_way();
    const auto graph = parse_transition(write_transition(way, {}, nullptr), "steps.json");
    ASSERT_TRUE(graph.has_value()) << graph.error().text();
    std::size_t instances = 0;
    for (const transition::StepId id : graph->steps.ids()) {
        const auto& layout = graph->steps[id].layout;
        ASSERT_EQ(layout.size(), way.graph.steps[id].layout.size());
        for (std::size_t i = 0; i < layout.size(); ++i) {
            EXPECT_EQ(layout[i].profile, way.graph.steps[id].layout[i].profile);
            EXPECT_EQ(layout[i].start, way.graph.steps[id].layout[i].start);
        }
        instances += layout.size();
    }
    EXPECT_EQ(instances, 4U) << "two on the GPU that is cut, two left on the other";
}

TEST(TransitionFile, SatisfiesItsSchema) {
    const auto error = [](const Way& way) {
        const std::string text = write_transition(way, {}, nullptr);
        const auto document = parse_json(text, "steps.json");
        return document ? test::schema_error("transition", document->root())
                        : document.error().text();
    };
    EXPECT_EQ(error(small_way()), "");
    Way stuck;
    stuck.obstacles = {{"a", transition::ArcReason::kCapacity, 5'000}};
    stuck.dip_needed = Share{500'000};
    EXPECT_EQ(error(stuck), "");
    const auto refused = parse_transition(write_transition(stuck, {}, nullptr), "steps.json");
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().text().find("no steps"), std::string::npos);
}

TEST(TransitionFile, RefusesWhatDoesNotFitTogether) {
    const std::string text = write_transition(small_way(), {}, nullptr);
    EXPECT_NE(error_of(text, "\"gpu\": \"h\"", "\"gpu\": \"nobody\"").find("no GPU"),
              std::string::npos);
    EXPECT_NE(error_of(text, "\"profile\": \"2g\", \"start\"", "\"profile\": \"9g\", \"start\"")
                  .find("9g"),
              std::string::npos);
    EXPECT_NE(error_of(text, "\"id\": 0", "\"id\": 7").find("numbered in order"),
              std::string::npos);
    EXPECT_NE(error_of(text, "\"kind\": \"create\"", "\"kind\": \"make\"").find("create"),
              std::string::npos);
    EXPECT_NE(error_of(text, "\"before\": 0", "\"before\": 99"), "");
    EXPECT_NE(error_of(text, "\"version\": 1", "\"version\": 2"), "");
}

TEST(Durations, PresetsAreThere) {
    const auto presets = parse_presets(durations_json(), "presets");
    ASSERT_TRUE(presets.has_value()) << presets.error().text();
    ASSERT_EQ(presets->size(), 3U);
    EXPECT_EQ(presets->at(0).name, "driver");
    EXPECT_EQ(presets->at(0).create, std::chrono::milliseconds(200));
    EXPECT_EQ(presets->at(2).granularity, transition::Granularity::kGpu);
    for (const transition::Durations& preset : *presets) {
        EXPECT_GT(preset.cold_start, preset.warm_start) << preset.name;
    }
}

TEST(Durations, AreReadStrictly) {
    const std::string head = "format: tangram/durations\nversion: 1\nname: n\ngranularity: gpu\n";
    const auto error = [&](const std::string& rest) {
        const auto read = parse_durations(head + rest, "d.yaml");
        return read ? std::string() : read.error().text();
    };
    EXPECT_EQ(error("apply_s: 30\nretries: 3\nsources: [mine]\n"), "");
    EXPECT_NE(error("create_s: 1\n").find("d.yaml:5"), std::string::npos);
    EXPECT_NE(error("apply_s: -1\n").find("seconds, 0 to 86400"), std::string::npos);
    EXPECT_NE(error("apply: 1\n").find("unknown field"), std::string::npos);
    EXPECT_NE(error("retries: 1.5\n"), "");
    const auto document = parse_yaml(head + "apply_s: 30\ncold_start_of_s: {m: 3}\n", "d.yaml");
    EXPECT_EQ(test::schema_error("durations", document->root()), "");
}

}  // namespace
}  // namespace tangram::io
