#include "window/priced/anneal.h"

#include <gtest/gtest.h>

#include "support/random_window.h"
#include "support/window_brute_force.h"
#include "unit/window/priced/three_gpus.h"

namespace tangram::window::priced {
namespace {

bool never() { return false; }

double worth_of(const Window& window) {
    return static_cast<double>(test::window_brute_force(window)->goodput.count());
}

// Without any help from prices.
TEST(Annealing, FindsTheBestOfSmallWindows) {
    int found = 0;
    constexpr int kWindows = 20;
    for (std::uint64_t seed = 1; seed <= kWindows; ++seed) {
        const test::WindowShape shapes[] = {{.running = false, .worse = true},
                                            {.gpus_min = 2,
                                             .gpus_max = 2,
                                             .slots_max = 5,
                                             .profiles_max = 1,
                                             .places_max = 2,
                                             .running = false}};
        const Window window = test::random_window(seed, shapes[seed % 2]);
        const Question question = make_question(window).value();
        Annealing annealing(question, seed, never);
        const double optimum = worth_of(window);
        for (int pass = 0; pass < 3; ++pass) annealing.pass(optimum);
        EXPECT_LE(annealing.best().worth(), optimum) << seed;
        found += annealing.best().worth() == optimum ? 1 : 0;
    }
    EXPECT_GE(found, kWindows * 9 / 10);
}

TEST(Annealing, NeverLosesTheBestAndRepeatsItself) {
    const Window window = three_gpus();
    const Question question = make_question(window).value();
    Annealing one(question, 1, never);
    Annealing two(question, 1, never);
    Descent descent(question);
    for (int round = 0; round < 50; ++round) descent.round();
    one.like(descent.likely());
    two.like(descent.likely());
    double best = one.best().worth();
    for (int pass = 0; pass < 4; ++pass) {
        const bool redrawn = pass % 2 == 1;
        one.pass(1e12, redrawn);
        two.pass(1e12, redrawn);
        EXPECT_GE(one.best().worth(), best);
        best = one.best().worth();
    }
    EXPECT_EQ(one.best().schedule().stints, two.best().schedule().stints);
    EXPECT_EQ(one.work(), two.work());
}

TEST(Annealing, StopsWhenAskedWithWhatItHas) {
    const Window window = test::random_window(3, {.slots_max = 20});
    const Question question = make_question(window).value();
    Annealing annealing(question, 1, [] { return true; });
    const double before = annealing.best().worth();
    annealing.pass(1e12);
    EXPECT_EQ(annealing.best().worth(), before);
}

}  // namespace
}  // namespace tangram::window::priced
