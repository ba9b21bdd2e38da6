// The yardstick is measured too: it finds what a hand finds, and what it finds is worth what it
// says and no less than any schedule thrown at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "support/random_window.h"
#include "support/small_window.h"
#include "support/window_brute_force.h"
#include "window/evaluate.h"

namespace tangram::window {
namespace {

using test::describe;
using test::random_window;
using test::share;
using test::SmallWindow;
using test::window_brute_force;
using test::WindowShape;
using test::worth;

void halves_only(SmallWindow& w) {
    for (Tenant& tenant : w.window.tenants) {
        tenant.capacity[KindId{0}][w.number_of("1g.6gb")] = Rate{};
        tenant.capacity[KindId{0}][w.number_of("4g.24gb")] = Rate{};
    }
}

TEST(WindowBruteForce, CreatesAheadOfAChange) {
    SmallWindow w("A30", 8);
    w.tenant("a", 200, 2).tenant("b", 0, 3);
    for (std::size_t t = 5; t < 8; ++t) w.last().rates[t] = test::per_second(200);
    halves_only(w);
    const auto optimum = window_brute_force(w.window);
    ASSERT_TRUE(optimum);
    EXPECT_EQ(optimum->goodput, worth(200, 0.5, 6) + worth(200, 0.5, 3));
}

TEST(WindowBruteForce, RetrainsWhereItPays) {
    SmallWindow w("A30", 10);
    w.tenant("a", 400).retraining("2g.12gb", 4, 0.9);
    halves_only(w);
    // 2 slices for 4 slots cost 200 x 0.5 x 4 = 400; the better model brings 400 x 0.4 x 6 = 960.
    EXPECT_EQ(window_brute_force(w.window)->goodput, worth(200, 0.5, 4) + worth(400, 0.9, 6));
    w.last().retrainings[0].accuracy = share(0.6);
    EXPECT_EQ(window_brute_force(w.window)->goodput,
              std::max(worth(400, 0.5, 10), worth(200, 0.5, 4) + worth(400, 0.6, 6)));
}

TEST(WindowBruteForce, AFloorOutOfReachHasNoSchedule) {
    SmallWindow w("A30", 5);
    w.tenant("a", 400, 1);
    w.last().floor = share(0.8);
    EXPECT_TRUE(window_brute_force(w.window)) << "4 slots of 5";
    w.last().floor = share(0.800001);
    EXPECT_FALSE(window_brute_force(w.window));
}

// Instances of random places and times, as many as are legal together.
Schedule thrown(const Window& window, Random& random) {
    Schedule schedule;
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& running = window.running[i];
        const bool retrains = running.activity == Activity::kRetraining;
        if (!retrains && random.below(3) == 0) continue;
        const int until = static_cast<int>(random.between(1, window.slots));
        schedule.stints.push_back({running.gpu,
                                   running.placement,
                                   running.tenant,
                                   retrains ? Use::kRetrain : Use::kServe,
                                   0,
                                   retrains ? 0 : running.left,
                                   retrains ? std::min(running.left, window.slots) : until,
                                   {},
                                   i});
    }
    for (int tries = 0; tries < 40; ++tries) {
        const GpuId gpu{random.below(window.gpus.size())};
        const KindId kind = window.gpus[gpu].kind;
        const TenantId id{random.below(window.tenants.size())};
        const Tenant& tenant = window.tenants[id];
        const int from = static_cast<int>(random.between(0, window.slots - 1));
        Stint stint{gpu,
                    {},
                    id,
                    Use::kServe,
                    from,
                    from + tenant.warm_up,
                    static_cast<int>(random.between(from + 1, window.slots)),
                    {},
                    {}};
        if (!tenant.retrainings.empty() && random.below(3) == 0) {
            stint.retraining = random.below(tenant.retrainings.size());
            stint.use = Use::kRetrain;
            stint.ready = from;
            stint.placement.profile = tenant.retrainings[*stint.retraining].profile;
            stint.until = from + tenant.retrainings[*stint.retraining].slots;
        } else {
            const auto profiles = profiles_in_use(window, kind);
            if (profiles.empty()) continue;
            stint.placement.profile = profiles[random.below(profiles.size())];
        }
        if (stint.placement.profile.index() >= window.model(kind).profiles.size()) continue;
        const auto& starts = window.model(kind).profiles[stint.placement.profile].starts;
        stint.placement.start = starts[random.below(starts.size())];
        schedule.stints.push_back(stint);
        const Evaluation evaluation = evaluate(window, schedule);
        const bool legal = std::ranges::all_of(evaluation.violations, [](const std::string& text) {
            return text.find("floor") != std::string::npos;
        });
        if (!legal) schedule.stints.pop_back();
    }
    return schedule;
}

class WindowBruteForceShapes : public testing::TestWithParam<WindowShape> {};

TEST_P(WindowBruteForceShapes, IsWorthWhatItSaysAndNoLessThanWhatIsThrown) {
    int feasible = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const Window window = random_window(seed, GetParam());
        ASSERT_TRUE(validate(window)) << validate(window).error().text();
        const auto optimum = window_brute_force(window);
        if (!optimum) {
            const auto has_floor = [](const Tenant& tenant) { return tenant.floor > Share{}; };
            EXPECT_TRUE(std::ranges::any_of(window.tenants, has_floor)) << describe(window);
            continue;
        }
        ++feasible;
        const Evaluation evaluation = evaluate(window, optimum->schedule);
        EXPECT_THAT(evaluation.violations, testing::IsEmpty()) << seed << "\n" << describe(window);
        EXPECT_EQ(evaluation.goodput, optimum->goodput) << seed << "\n" << describe(window);
        Random random(seed);
        for (int round = 0; round < 10; ++round) {
            const Evaluation other = evaluate(window, thrown(window, random));
            if (!other.violations.empty()) continue;
            EXPECT_LE(other.goodput, optimum->goodput) << seed << "\n" << describe(window);
        }
    }
    EXPECT_GE(feasible, 5);
}

INSTANTIATE_TEST_SUITE_P(
    Windows, WindowBruteForceShapes,
    testing::Values(
        WindowShape{},
        WindowShape{
            .tenants_max = 3, .slots_max = 5, .warm_up_max = 1, .places_max = 3, .floors = true},
        WindowShape{.models = {"A100-SXM4-80GB"}, .slots_max = 5, .worse = true, .old_rules = true},
        WindowShape{.models = {"RTX-PRO-6000-96GB", "A30"},
                    .gpus_max = 2,
                    .slots_max = 5,
                    .warm_up_max = 1,
                    .places_max = 2}));

}  // namespace
}  // namespace tangram::window
