// What holds for all baselines, on random windows: schedules are legal, worth what they say and no
// more than the bound, and come out the same again.
#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/window_brute_force.h"
#include "window/engine.h"

namespace tangram::window {
namespace {

using test::describe;
using test::random_window;
using test::WindowShape;

constexpr std::string_view kByInstances[] = {"static", "paris", "astraea"};
constexpr std::string_view kAll[] = {"static", "paris", "astraea", "ekya", "oracle"};

Outcome planned(std::string_view engine, const Window& window, const Options& options = {}) {
    return make_engine(engine)->plan(window, options).value();
}

void check(const Window& window) {
    const Outcome oracle = planned("oracle", window);
    ASSERT_TRUE(oracle.bound);
    for (const std::string_view engine : kByInstances) {
        const Outcome outcome = planned(engine, window);
        EXPECT_EQ(outcome.engine, engine);
        EXPECT_EQ(outcome.status, Status::kFeasible);
        EXPECT_FALSE(outcome.bound);
        ASSERT_TRUE(outcome.schedule) << engine;
        const Evaluation evaluation = evaluate(window, *outcome.schedule);
        EXPECT_EQ(evaluation.goodput, outcome.goodput) << engine;
        for (const TenantId tenant : window.tenants.ids()) {
            if (evaluation.tenants[tenant].floor_kept) continue;
            EXPECT_NE(outcome.note.find("floor"), std::string::npos) << outcome.note;
        }
        EXPECT_LE(outcome.goodput, *oracle.bound) << engine << '\n' << describe(window);
        EXPECT_EQ(planned(engine, window).schedule->stints, outcome.schedule->stints) << engine;
    }
    const Outcome ekya = planned("ekya", window);
    EXPECT_FALSE(ekya.schedule);
    EXPECT_EQ(ekya.evaluation.tenants.size(), window.tenants.size());
    EXPECT_EQ(planned("ekya", window).goodput, ekya.goodput);
    EXPECT_EQ(planned("oracle", window).bound, oracle.bound);
}

TEST(Baselines, OnTinyWindows) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        check(random_window(seed, {.tenants_max = 3, .floors = true, .worse = true}));
    }
}

TEST(Baselines, OnSevenSlices) {
    const WindowShape shape{.models = {"A100-SXM4-80GB"},
                            .tenants_max = 4,
                            .slots_min = 30,
                            .slots_max = 40,
                            .profiles_max = 5,
                            .worse = true,
                            .old_rules = true};
    for (std::uint64_t seed = 0; seed < 8; ++seed) check(random_window(seed, shape));
}

TEST(Baselines, OnSeveralGpusOfTwoKinds) {
    const WindowShape shape{.models = {"A30", "A100-SXM4-80GB"},
                            .gpus_min = 2,
                            .gpus_max = 3,
                            .tenants_max = 5,
                            .slots_min = 10,
                            .slots_max = 20,
                            .profiles_max = 4,
                            .floors = true};
    for (std::uint64_t seed = 0; seed < 10; ++seed) check(random_window(seed, shape));
}

TEST(Baselines, StopWhenTheyAreTold) {
    const Window window = random_window(1, {.gpus_min = 3, .gpus_max = 3});
    for (const std::string_view engine : kAll) {
        const Outcome broke = planned(engine, window, {.work_budget = 0});
        EXPECT_EQ(broke.stop_reason, "work budget") << engine;
        EXPECT_TRUE(broke.reproducible) << engine;
        const Outcome stopped = planned(engine, window, {.cancelled = [] { return true; }});
        EXPECT_EQ(stopped.stop_reason, "interrupted") << engine;
        EXPECT_FALSE(stopped.reproducible) << engine;
    }
}

TEST(Baselines, AreFoundByName) {
    for (const std::string_view engine : kAll) {
        ASSERT_NE(make_engine(engine), nullptr);
        EXPECT_EQ(make_engine(engine)->name(), engine);
    }
    EXPECT_EQ(make_engine("nobody"), nullptr);
}

}  // namespace
}  // namespace tangram::window
