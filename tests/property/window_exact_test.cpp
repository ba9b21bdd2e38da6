// The exact window engine against brute force on random tiny windows of several shapes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/random_window.h"
#include "support/soak.h"
#include "support/window_brute_force.h"
#include "window/engine.h"

namespace tangram::window {
namespace {

struct Family {
    std::string name;
    test::WindowShape shape;
    int windows;
};

test::WindowShape shape(std::vector<std::string> models, int slots_max, int profiles_max,
                        int places_max, int tenants_max) {
    test::WindowShape it;
    it.models = std::move(models);
    it.slots_max = slots_max;
    it.profiles_max = profiles_max;
    it.places_max = places_max;
    it.tenants_max = tenants_max;
    return it;
}

std::vector<Family> families() {
    return {
        {"a30", shape({"A30"}, 8, 2, 3, 2), 150},
        {"a30_three_tenants", shape({"A30"}, 6, 2, 2, 3), 60},
        {"a30_crowded", shape({"A30"}, 6, 2, 4, 2), 15},
        {"a100", shape({"A100-SXM4-80GB"}, 7, 2, 3, 2), 150},
        {"rtx_pro", shape({"RTX PRO 6000"}, 7, 3, 3, 2), 60},
    };
}

class ExactFamilies : public testing::TestWithParam<Family> {};

TEST_P(ExactFamilies, EqualBruteForce) {
    const auto engine = make_engine("exact");
    ASSERT_NE(engine, nullptr);
    int compared = 0;
    for (int seed = 1; seed <= GetParam().windows; ++seed) {
        const Window window =
            test::random_window(static_cast<std::uint64_t>(seed), GetParam().shape);
        const auto optimum = test::window_brute_force(window);
        ASSERT_TRUE(optimum.has_value());
        const auto outcome = engine->plan(window, {});
        ASSERT_TRUE(outcome.has_value()) << outcome.error().text();
        ASSERT_TRUE(outcome->schedule.has_value());
        EXPECT_TRUE(outcome->evaluation.violations.empty())
            << outcome->evaluation.violations.front() << "\n"
            << test::describe(window);
        ASSERT_EQ(outcome->goodput, optimum->goodput) << "seed " << seed << "\n"
                                                      << test::describe(window);
        EXPECT_GE(*outcome->bound, optimum->goodput);
        EXPECT_EQ(outcome->status, Status::kOptimal);
        ++compared;
    }
    EXPECT_EQ(compared, GetParam().windows);
}

// Floors are priced: not always the best schedule, but never a wrong bound.
TEST(ExactWindows, KeepFloorsWithinBounds) {
    const auto engine = make_engine("exact");
    test::WindowShape shape;
    shape.floors = true;
    shape.places_max = 3;
    int possible = 0, binding = 0, kept = 0, best = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(400); ++seed) {
        const Window window = test::random_window(seed, shape);
        const auto optimum = test::window_brute_force(window);
        const auto outcome = engine->plan(window, {});
        ASSERT_TRUE(outcome.has_value()) << outcome.error().text();
        if (!optimum) {
            EXPECT_NE(outcome->note, "") << "seed " << seed << "\n" << test::describe(window);
            continue;
        }
        ++possible;
        EXPECT_GE(*outcome->bound, optimum->goodput) << "seed " << seed;
        Window free = window;
        for (Tenant& tenant : free.tenants) tenant.floor = Share{};
        const bool binds = test::window_brute_force(free)->goodput > optimum->goodput;
        binding += binds ? 1 : 0;
        if (!outcome->note.empty()) continue;
        kept += binds ? 1 : 0;
        EXPECT_TRUE(outcome->evaluation.violations.empty());
        EXPECT_LE(outcome->goodput, optimum->goodput);
        best += outcome->goodput == optimum->goodput ? 1 : 0;
    }
    RecordProperty("possible", possible);
    RecordProperty("binding", binding);
    RecordProperty("kept", kept);
    RecordProperty("best", best);
    EXPECT_GT(binding, 0) << "no floor asks for anything";
    EXPECT_GT(kept, binding * 3 / 4) << "of floors that ask for something";
    EXPECT_GT(best, possible * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(All, ExactFamilies, testing::ValuesIn(families()),
                         [](const auto& family) { return family.param.name; });

}  // namespace
}  // namespace tangram::window
