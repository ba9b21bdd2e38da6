// Boxes of retraining plans: no bound, however made, may be below what a plan inside is worth.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/random_window.h"
#include "window/exact/search.h"

namespace tangram::window::exact {
namespace {

// Everything the search works with, for one window of one GPU.
struct Ground {
    explicit Ground(const Window& window, const BlockTree& tree)
        : plans(window, GpuId{0}, Weights(window.tenants.size())),
          coarse(window, GpuId{0}, tree, plans.holds(), 1),
          relaxation(window, coarse),
          rewards(window, std::max<std::int64_t>(1, relaxation.bound(plans.largest_weights()))),
          full(window, GpuId{0}, tree, plans, rewards, longest(window), std::size_t{1} << 24),
          own(window, GpuId{0}, tree, plans, rewards, 2, full.sweep, Future::kOwn),
          folded(window, GpuId{0}, tree, plans, rewards, 2, full.sweep, Future::kLonger),
          shortest(window, GpuId{0}, tree, plans, rewards, 1, own.sweep, Future::kLonger) {}

    static int longest(const Window& window) {
        int slots = 0;
        for (const Tenant& tenant : window.tenants) slots = std::max(slots, tenant.warm_up);
        return slots;
    }

    Plans plans;
    Space coarse;
    Relaxation relaxation;
    Rewards rewards;
    Full full;
    Shortened own, folded, shortest;
};

// A box, and a plan inside.
struct Drawn {
    Box box, plan;
};
Drawn draw(const Plans& plans, Random& random) {
    Drawn drawn{plans.everything(), plans.nothing()};
    for (std::size_t i = 0; i < drawn.box.size(); ++i) {
        const auto choices = static_cast<std::int64_t>(plans.choices(i).size());
        const int choice = static_cast<int>(random.between(-1, choices - 1));
        const bool open = random.below(4) == 0;
        if (choice < 0) {
            if (!open) drawn.box[i] = {TenantBox::kNone, 0, 0};
            continue;
        }
        TenantBox all = plans.all_starts(i, choice);
        const auto a = static_cast<int>(random.between(all.first, all.last));
        const auto b = static_cast<int>(random.between(all.first, all.last));
        all.first = std::min(a, b);
        all.last = std::max(a, b);
        const auto start = static_cast<int>(random.between(all.first, all.last));
        drawn.plan[i] = {choice, start, start};
        if (!open) drawn.box[i] = all;
    }
    return drawn;
}

TEST(ExactBounds, AreNeverBelowAPlanOfTheirBox) {
    test::WindowShape shape;
    shape.models = {"A30", "A100-SXM4-80GB"};
    shape.slots_min = 12;
    shape.slots_max = 24;
    shape.warm_up_max = 4;
    shape.profiles_max = 4;
    shape.places_max = 12;
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Window window = test::random_window(seed, shape);
        const gpu::GpuModel& model = window.model(GpuId{0});
        const auto profiles = model.base_profiles();
        const auto tree = make_block_tree(model, profiles);
        ASSERT_TRUE(tree.has_value());
        Ground ground(window, *tree);
        Random random(seed);
        for (int i = 0; i < 40; ++i) {
            const Drawn drawn = draw(ground.plans, random);
            const std::int64_t worth = ground.full.sweep.value(ground.plans.timeline(drawn.plan));
            if (worth < 0) continue;  // the retrainings of this plan do not fit
            const Timeline box = ground.plans.timeline(drawn.box);
            EXPECT_GE(ground.full.sweep.value(box), worth) << "seed " << seed << ", " << i;
            EXPECT_GE(ground.folded.sweep.value(box), worth) << "seed " << seed << ", " << i;
            EXPECT_GE(ground.own.sweep.value(box), worth) << "seed " << seed << ", " << i;
            EXPECT_GE(ground.shortest.sweep.value(box), worth) << "seed " << seed << ", " << i;
            // Values are rounded up slot by slot, free switching is not.
            EXPECT_GE(ground.relaxation.bound(box),
                      ground.rewards.units_of(worth - window.slots - 1))
                << "seed " << seed << ", " << i;
            ++compared;
        }
    }
    EXPECT_GT(compared, 500);
}

// Every plan of every tenant.
std::vector<Box> all_plans(const Plans& plans) {
    std::vector<Box> all{plans.nothing()};
    for (std::size_t i = 0; i < plans.tenants(); ++i) {
        const std::vector<Box> before = all;
        for (int choice = 0; choice < std::ssize(plans.choices(i)); ++choice) {
            const TenantBox starts = plans.all_starts(i, choice);
            for (int start = starts.first; start <= starts.last; ++start) {
                for (Box box : before) {
                    box[i] = {choice, start, start};
                    all.push_back(std::move(box));
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
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Window window = test::random_window(seed, shape);
        const gpu::GpuModel& model = window.model(GpuId{0});
        const auto tree = make_block_tree(model, model.base_profiles());
        Ground ground(window, *tree);
        const std::vector<Box> plans = all_plans(ground.plans);
        if (plans.size() > 3'000) continue;
        std::int64_t best = -1;
        for (const Box& plan : plans) {
            best = std::max(best, ground.full.sweep.value(ground.plans.timeline(plan)));
        }
        std::vector<std::unique_ptr<Shortened>> shortened;
        shortened.push_back(std::make_unique<Shortened>(window, GpuId{0}, *tree, ground.plans,
                                                        ground.rewards, 1, ground.full.sweep,
                                                        Future::kLonger));
        const Options options;
        Search search(ground.plans, ground.relaxation, shortened, ground.full, options);
        const Found found = search.run({}, {});
        EXPECT_EQ(found.stop_reason, "proven");
        EXPECT_EQ(found.value, ground.rewards.units_of(best)) << "seed " << seed;
        EXPECT_EQ(found.bound, found.value) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tangram::window::exact
