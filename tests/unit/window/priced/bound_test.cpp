#include "window/priced/bound.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/random_window.h"
#include "support/window_brute_force.h"

namespace tangram::window::priced {
namespace {

Multipliers random_multipliers(const Question& question, Random& random) {
    Multipliers at;
    const double scale = random.unit();
    for (std::size_t i = 0; i < question.tenants.size(); ++i) {
        for (std::size_t k = 0; k < question.types.size(); ++k) {
            for (std::size_t t = 0; t < question.slots; ++t) {
                at.instance.push_back(scale * random.unit() * price_max(question, i, k, t));
            }
        }
        at.extra.push_back(random.unit() * 1e12);
        at.floor.push_back(random.below(2) == 0 ? 0 : random.unit() * 1e6);
    }
    return at;
}

// Whatever the prices, no schedule is worth more.
TEST(Bound, HoldsAtAnyPrices) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const test::WindowShape shapes[] = {
            {.worse = true},
            {.floors = true},
            {.models = {"A100-SXM4-40GB"}, .slots_max = 5, .profiles_max = 3, .old_rules = true},
            {.gpus_min = 2, .gpus_max = 2, .slots_max = 5, .profiles_max = 1, .places_max = 2}};
        const Window window = test::random_window(seed, shapes[seed % 4]);
        const auto optimum = test::window_brute_force(window);
        if (!optimum) continue;
        const Question question = make_question(window).value();
        Bound bound(question);
        Random random(seed);
        for (int draw = 0; draw < 10; ++draw) {
            Multipliers at = random_multipliers(question, random);
            const double value = bound.evaluate(at).bound * question.grid;
            EXPECT_GE(value, static_cast<double>(optimum->goodput.count()))
                << seed << "\n"
                << test::describe(window);
        }
    }
}

// Moving against the slope must not promise more than it keeps: the bound is convex in the prices.
TEST(Bound, SlopesAreSubgradients) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Window window = test::random_window(seed, {.retrainings_max = 0, .running = false});
        const Question question = make_question(window).value();
        Bound bound(question);
        Random random(seed);
        Multipliers here = random_multipliers(question, random);
        const Round round = bound.evaluate(here);
        for (int draw = 0; draw < 5; ++draw) {
            Multipliers there = random_multipliers(question, random);
            there.floor = here.floor;
            const double value = bound.evaluate(there).bound;
            double least = round.bound;
            for (std::size_t cell = 0; cell < question.cells(); ++cell) {
                least += round.slope.instance[cell] * (there.instance[cell] - here.instance[cell]);
            }
            EXPECT_GE(value, least - 1) << seed;
        }
    }
}

}  // namespace
}  // namespace tangram::window::priced
