// Elastic sweeps: no bound, however made, may be below what a plan in question is worth.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/random_window.h"
#include "support/soak.h"
#include "window/exact/layer.h"
#include "window/exact/search.h"

namespace tangram::window::exact {
namespace {

const std::function<bool()> kGoOn = [] { return false; };

// Everything the search works with, for one window of one GPU, with warm-ups of at most so much.
struct Ground {
    Ground(const Window& window, const BlockTree& tree, int warm_up_max)
        : plans(window, GpuId{0}, Weights(window.tenants.size())),
          coarse(window, GpuId{0}, tree, plans.holds(), 1),
          relaxation(window, coarse),
          rewards(window, 2 * std::max<std::int64_t>(1, relaxation.bound(plans.largest_weights()))),
          space(window, GpuId{0}, tree, plans.holds(), warm_up_max),
          start(window, GpuId{0}, plans.hold_of_running(), space),
          stepper(space, rewards),
          elastic(window, space, rewards, start, plans, std::size_t{1} << 22) {}

    // The most a plan is worth, by the step from slot to slot; below 0 if it does not fit.
    std::int64_t worth(const Plan& plan, int slots) {
        const Timeline timeline = plans.timeline(plan);
        Layer layer = stepper.first(start, timeline.events(0));
        for (int slot = 1; slot < slots; ++slot) {
            layer = stepper.forward(layer, slot, timeline.events(slot));
        }
        return best_of(layer);
    }

    Plans plans;
    Space coarse;
    Relaxation relaxation;
    Rewards rewards;
    Space space;
    Start start;
    Stepper stepper;
    Elastic elastic;
};

Plan draw(const Plans& plans, Random& random) {
    Plan plan = plans.nothing();
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto choices = static_cast<std::int64_t>(plans.choices(i).size());
        plan[i].choice = static_cast<int>(random.between(-1, choices - 1));
        if (plan[i].choice == Chosen::kNone) continue;
        const auto choice = static_cast<std::size_t>(plan[i].choice);
        plan[i].start = static_cast<int>(random.between(0, plans.starts(i, choice) - 1));
    }
    return plan;
}

Prices disturbed(Prices prices, Random& random) {
    for (auto& tenant : prices.potentials) {
        for (Potential& group : tenant) {
            for (Value& value : group.start) {
                value += static_cast<Value>(random.between(-9999, 9999));
            }
        }
    }
    return prices;
}

// Any prices of idle slices; none for warm-ups that are not cut, half of the time.
IdlePrices any_idle_prices(int slots, bool full, Random& random) {
    IdlePrices prices;
    if (full && random.below(2) == 0) return prices;
    for (std::vector<Value>* of : {&prices.left, &prices.right}) {
        for (int t = 0; t < slots; ++t) {
            of->push_back(static_cast<Value>(random.between(0, kValueMax / slots / 40)));
        }
    }
    return prices;
}

void expect_above(const ElasticBounds& bounds, const Plan& plan, std::int64_t worth) {
    EXPECT_GE(bounds.all, worth);
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (plan[i].choice == Chosen::kNone) {
            EXPECT_GE(bounds.none[i], worth);
            continue;
        }
        const auto c = static_cast<std::size_t>(plan[i].choice);
        const auto s = static_cast<std::size_t>(plan[i].start);
        EXPECT_GE(bounds.start[i][c][s], worth);
        EXPECT_GE(bounds.end[i][c][s], worth);
    }
}

test::WindowShape shape_of_bounds() {
    test::WindowShape shape;
    shape.models = {"A30", "A100-SXM4-80GB"};
    shape.slots_min = 12;
    shape.slots_max = 24;
    shape.warm_up_max = 4;
    shape.profiles_max = 4;
    shape.places_max = 12;
    return shape;
}

TEST(ElasticBounds, AreNeverBelowAPlanInQuestion) {
    std::uint64_t compared = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(50); ++seed) {
        SCOPED_TRACE(seed);
        const Window window = test::random_window(seed, shape_of_bounds());
        const gpu::GpuModel& model = window.model(GpuId{0});
        const auto tree = make_block_tree(model, model.base_profiles());
        ASSERT_TRUE(tree.has_value());
        Ground full(window, *tree, longest_warm_up(window));
        Random random(seed);
        for (const int warm_up_max : {1, 2, longest_warm_up(window)}) {
            const int warm_up = std::min(warm_up_max, longest_warm_up(window));
            const bool cut = warm_up < longest_warm_up(window);
            Ground ground(window, *tree, warm_up);
            Prices prices{first_potentials(ground.relaxation, ground.rewards, ground.plans), {}};
            for (int i = 0; i < 6; ++i) {
                OpenPlans open = nothing_open(ground.plans);
                std::vector<Plan> plans;
                for (int k = 0; k < 4; ++k) {
                    plans.push_back(draw(ground.plans, random));
                    open_up(open, plans.back());
                }
                prices.idle = any_idle_prices(window.slots, !cut, random);
                const auto bounds = ground.elastic.sweep(open, prices, {}, kGoOn);
                ASSERT_TRUE(bounds.has_value());
                EXPECT_EQ(ground.elastic.most(open, prices, {}, kGoOn), bounds->all);
                Value least = kNever;
                Plan best;
                for (const Plan& plan : plans) {
                    const std::int64_t worth = full.worth(plan, window.slots);
                    if (worth < 0) continue;  // its retrainings do not fit
                    expect_above(*bounds, plan, worth);
                    if (worth > least) best = plan;
                    least = std::max(least, static_cast<Value>(worth - 1));
                    ++compared;
                }
                // What is of no use for the best of them is not missed.
                const auto useful = ground.elastic.useful(*bounds, least);
                const auto again = ground.elastic.sweep(open, prices, useful, kGoOn);
                EXPECT_GE(again->all, least);  // kNever if none of them fits
                if (least > 0) {               // nor with longer warm-ups
                    const auto longer =
                        full.elastic.sweep(open, {prices.potentials, {}},
                                           lengthened(useful, ground.space, full.space), kGoOn);
                    EXPECT_GT(longer->all, least);
                    OpenPlans alone = nothing_open(ground.plans);
                    open_up(alone, best);
                    const Useful passed = along(best, ground.plans, useful);
                    EXPECT_EQ(
                        full.elastic.most(alone, {prices.potentials, {}},
                                          lengthened(passed, ground.space, full.space), kGoOn),
                        least + 1);
                }
                balance(*bounds, ground.plans, prices.potentials);
                const auto after = ground.elastic.sweep(open, prices, {}, kGoOn);
                // Halves of differences are rounded.
                EXPECT_LE(after->all, bounds->all + 2 * std::ssize(plans));
                lower(window, ground.space, bounds->course, bounds->all / 100.0, prices.idle);
                const auto lowered = ground.elastic.sweep(open, prices, {}, kGoOn);
                EXPECT_GT(lowered->all, least);
                if (i % 2 != 0) prices = disturbed(prices, random);
            }
        }
    }
    EXPECT_GT(compared, test::soaked(2'000));
}

TEST(ElasticBounds, AreExactForASinglePlan) {
    std::uint64_t compared = 0;
    for (std::uint64_t seed = 101; seed <= 100 + test::soaked(60); ++seed) {
        SCOPED_TRACE(seed);
        const Window window = test::random_window(seed, shape_of_bounds());
        const gpu::GpuModel& model = window.model(GpuId{0});
        const auto tree = make_block_tree(model, model.base_profiles());
        Ground ground(window, *tree, longest_warm_up(window));
        Random random(seed);
        const Prices first{first_potentials(ground.relaxation, ground.rewards, ground.plans), {}};
        for (int i = 0; i < 20; ++i) {
            const Plan plan = draw(ground.plans, random);
            OpenPlans open = nothing_open(ground.plans);
            open_up(open, plan);
            const Prices prices = disturbed(first, random);
            const std::int64_t worth = ground.worth(plan, window.slots);
            const auto most = ground.elastic.most(open, prices, {}, kGoOn);
            EXPECT_EQ(std::max<std::int64_t>(-1, *most), std::max<std::int64_t>(-1, worth));
            const auto bounds = ground.elastic.sweep(open, prices, {}, kGoOn);
            EXPECT_EQ(std::max<Value>(-1, bounds->all), std::max<Value>(-1, *most));
            compared += worth >= 0 ? 1U : 0U;
        }
    }
    EXPECT_GT(compared, test::soaked(500));
}

// Every plan of every tenant.
std::vector<Plan> all_plans(const Plans& plans) {
    std::vector<Plan> all{plans.nothing()};
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        const std::vector<Plan> before = all;
        for (std::size_t choice = 0; choice < plans.choices(i).size(); ++choice) {
            for (int start = 0; start < plans.starts(i, choice); ++start) {
                for (Plan plan : before) {
                    plan[i] = {static_cast<int>(choice), start};
                    all.push_back(std::move(plan));
                }
            }
        }
    }
    return all;
}

TEST(ExactSearch, FindsTheBestOfAllPlansAndProvesIt) {
    test::WindowShape shape;
    shape.models = {"A30"};
    shape.tenants_min = 2;
    shape.slots_min = 16;
    shape.slots_max = 30;
    shape.warm_up_max = 4;
    shape.profiles_max = 3;
    shape.places_max = 7;
    shape.retrainings_max = 3;
    for (std::uint64_t seed = 1; seed <= test::soaked(40); ++seed) {
        const Window window = test::random_window(seed, shape);
        const gpu::GpuModel& model = window.model(GpuId{0});
        const auto tree = make_block_tree(model, model.base_profiles());
        Ground ground(window, *tree, longest_warm_up(window));
        const std::vector<Plan> plans = all_plans(ground.plans);
        if (plans.size() > 3'000) continue;
        std::int64_t best = -1;
        for (const Plan& plan : plans) best = std::max(best, ground.worth(plan, window.slots));
        const Options options;
        Search search(window, GpuId{0}, *tree, ground.plans, ground.relaxation, ground.rewards,
                      options);
        const Found found = search.run({});
        EXPECT_EQ(found.stop_reason, "proven");
        // To half of what counts as optimal.
        const std::int64_t most = ground.rewards.units_of(best);
        const auto part = static_cast<std::int64_t>(static_cast<double>(most) * kOptimalGap / 2);
        EXPECT_LE(found.value, most) << "seed " << seed;
        EXPECT_GE(found.value, most - part - 1) << "seed " << seed;
        // Without what rounding adds.
        const std::int64_t free = ground.relaxation.bound(ground.plans.largest_weights());
        EXPECT_GE(found.bound, std::min(most, free)) << "seed " << seed;
        EXPECT_LE(found.bound, found.value + part + 1) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tangram::window::exact
