// Prices of idle slices: what a begin pays, and that they stay in range.
#include "window/exact/idle_prices.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "support/random_window.h"
#include "window/exact/plans.h"

namespace tangram::window::exact {
namespace {

Window some_window() {
    test::WindowShape shape;
    shape.models = {"A30"};
    shape.tenants_min = 2;
    shape.slots_min = 12;
    shape.slots_max = 12;
    Window window = test::random_window(7, shape);
    for (Tenant& tenant : window.tenants) tenant.warm_up = 3;
    return window;
}

TEST(IdleCosts, BeginPaysTheSlotsOfItsWarmUp) {
    const Window window = some_window();
    IdlePrices prices;
    for (int t = 0; t < window.slots; ++t) {
        prices.left.push_back(1 + t);
        prices.right.push_back(100);
    }
    const IdleCosts costs(window, prices);
    EXPECT_EQ(costs.begin(Half::kLeft, TenantId{0}, 5), 3 + 4 + 5);
    EXPECT_EQ(costs.begin(Half::kRight, TenantId{0}, 5), 300);
    EXPECT_EQ(costs.begin(Half::kRight, TenantId{0}, 2), 200) << "from the first slot on";
    EXPECT_EQ(costs.begin(Half::kRight, TenantId{0}, 0), 0);
    const std::vector<Taken> taken{{}, {1, 0}, {2, 1}};
    std::vector<Value> begins;
    costs.begins(taken, Half::kRight, 9, begins);
    EXPECT_EQ(begins, (std::vector<Value>{0, 300, 900}));
    IdleCosts(window, {}).begins(taken, Half::kRight, 9, begins);
    EXPECT_TRUE(begins.empty());
}

TEST(IdlePrices, LeaveRoomForValuesHoweverFarTheyAreMoved) {
    const Window window = some_window();
    const gpu::GpuModel& model = window.model(GpuId{0});
    const auto tree = make_block_tree(model, model.base_profiles());
    ASSERT_TRUE(tree.has_value());
    Space space(window, GpuId{0}, *tree, {}, 1);
    // Begins to serve with everything in every second slot.
    std::vector<GpuState> course(static_cast<std::size_t>(window.slots));
    for (std::size_t t = 0; t < course.size(); ++t) {
        const auto state = [&](std::size_t block) {
            return t % 2 == 0 ? space.fresh(block, 0).back()
                              : space.moves(block, 0, 0, 0)
                                    .to.of(static_cast<std::size_t>(space.fresh(block, 0).back()))
                                    .front();
        };
        course[t].left = {0, state(tree->left)};
        course[t].right = {0, state(tree->right)};
    }
    IdlePrices prices;
    for (int round = 0; round < 20; ++round) {
        lower(window, space, course, kValueMax, prices);
        double all = 0;
        for (const Half half : {Half::kLeft, Half::kRight}) {
            for (const Value price : prices.of(half)) EXPECT_GE(price, 0);
            const std::size_t block = half == Half::kLeft ? tree->left : tree->right;
            all += space.leaves(block) *
                   std::accumulate(prices.of(half).begin(), prices.of(half).end(), 0.0);
        }
        EXPECT_GT(all, 0);
        EXPECT_LE(all, kValueMax / 2);
    }
}

}  // namespace
}  // namespace tangram::window::exact
