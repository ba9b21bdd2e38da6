#include "window/priced/changes.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/random_window.h"
#include "window/evaluate.h"

namespace tangram::window::priced {
namespace {

constexpr int kDraws = 400;

const test::WindowShape kShapes[] = {{.models = {"A100-SXM4-40GB"},
                                      .slots_min = 12,
                                      .slots_max = 30,
                                      .profiles_max = 5,
                                      .places_max = 20,
                                      .worse = true},
                                     {.models = {"A30", "A100-SXM4-40GB"},
                                      .gpus_min = 2,
                                      .gpus_max = 4,
                                      .tenants_max = 5,
                                      .slots_min = 12,
                                      .slots_max = 30,
                                      .profiles_max = 5,
                                      .places_max = 20},
                                     {.models = {"A100-SXM4-40GB"},
                                      .gpus_min = 2,
                                      .gpus_max = 2,
                                      .tenants_max = 4,
                                      .slots_max = 20,
                                      .profiles_max = 5,
                                      .places_max = 20,
                                      .old_rules = true}};

// Changes of a fleet that does nothing yet; every GPU uses the first of its trees.
struct Trial {
    Trial(const Window& window, std::uint64_t seed)
        : question(make_question(window).value()),
          random(seed),
          fleet(question),
          changes(question, random) {
        for (std::size_t gpu = 0; gpu < window.gpus.size(); ++gpu) {
            changes.use(gpu, fleet.site(gpu).trees.front());
        }
    }

    Question question;
    Random random;
    Fleet fleet;
    Changes changes;
};

// The evaluator knows nothing of changes: whatever is drawn is legal, and gains what it says.
TEST(Changes, AreLegalAndGainWhatTheEvaluatorSays) {
    int made = 0;
    for (std::uint64_t seed = 1; seed <= 45; ++seed) {
        const Window window = test::random_window(seed, kShapes[seed % 3]);
        Trial trial(window, seed);
        auto& [question, random, fleet, changes] = trial;
        for (int draw = 0; draw < kDraws; ++draw) {
            const double before = fleet.worth();
            const std::vector<Stint> stints = fleet.schedule().stints;
            const bool drawn = changes.draw(fleet);
            const double gain = drawn ? fleet.gain() : 0;
            if (drawn) {
                ++made;
                const Evaluation evaluation = evaluate(window, fleet.schedule());
                ASSERT_TRUE(evaluation.violations.empty())
                    << seed << ": " << evaluation.violations.front() << "\n"
                    << test::describe(window);
                ASSERT_EQ(static_cast<double>(evaluation.goodput.count()), before + gain) << seed;
            }
            if (drawn && random.below(3) != 0) {
                fleet.keep();
                ASSERT_EQ(fleet.worth(), before + gain);
            } else {
                fleet.undo();
                ASSERT_EQ(fleet.schedule().stints, stints) << seed;
            }
        }
    }
    EXPECT_GT(made, 45 * kDraws / 10);
}

TEST(Changes, RetrainingsAreDrawnAnewAsLikelyAsTheyAre) {
    int hosted = 0;
    for (std::uint64_t seed = 1; seed <= 45; ++seed) {
        const Window window = test::random_window(seed, kShapes[seed % 3]);
        Trial trial(window, seed);
        auto& [question, random, fleet, changes] = trial;
        std::vector<std::vector<Likely>> likely(question.tenants.size());
        for (std::size_t i = 0; i < likely.size(); ++i) {
            if (!question.tenants[i].choices.empty() && i % 2 == 0) likely[i] = {{0, 1, 1.0}};
        }
        changes.like(likely);
        for (int round = 0; round < 2; ++round) {
            for (int draw = 0; draw < kDraws; ++draw) {
                const bool drawn = changes.draw(fleet);
                if (drawn) (void)fleet.gain();
                drawn ? fleet.keep() : fleet.undo();
            }
            changes.redraw(fleet);
        }
        const Evaluation evaluation = evaluate(window, fleet.schedule());
        ASSERT_TRUE(evaluation.violations.empty()) << seed << evaluation.violations.front();
        EXPECT_EQ(static_cast<double>(evaluation.goodput.count()), fleet.worth()) << seed;
        for (const Stint& stint : fleet.schedule().stints) {
            if (!stint.retraining) continue;
            ++hosted;
            const std::size_t tenant = stint.tenant.index();
            ASSERT_FALSE(likely[tenant].empty()) << seed;
            EXPECT_EQ(*stint.retraining, question.tenants[tenant].choices[0].index) << seed;
        }
    }
    EXPECT_GE(hosted, 20);
}

TEST(Changes, MissedFloorsCostWhatTheySayFromTheStartOn) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Window window =
            test::random_window(seed, {.slots_max = 20, .running = false, .floors = true});
        Trial trial(window, seed);
        auto& [question, random, fleet, changes] = trial;
        for (int draw = 0; draw < kDraws; ++draw) {
            if (!changes.draw(fleet)) {
                fleet.undo();
                continue;
            }
            (void)fleet.gain();
            fleet.keep();
        }
        Fleet again(question);
        again.load(fleet.columns());
        EXPECT_EQ(again.worth(), fleet.worth()) << seed;
        double worth = static_cast<double>(evaluate(window, fleet.schedule()).goodput.count());
        for (std::size_t i = 0; i < question.tenants.size(); ++i) {
            worth -= kFloorWorth * fleet.shortage(i);
        }
        EXPECT_EQ(fleet.worth(), worth) << seed;
    }
}

}  // namespace
}  // namespace tangram::window::priced
