#include "window/priced/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/builtin_catalogue.h"

namespace tangram::window::priced {
namespace {

using support::builtin_gpu;
using support::builtin_rules;

std::size_t shapes(const BlockTree& tree) {
    std::size_t count = 0;
    for (std::size_t b = 0; b < tree.size(); ++b) count += tree[b].shape == b ? 1U : 0U;
    return count;
}

BlockTree whole_tree(const gpu::GpuModel& model) {
    return block_tree(model, placements_of(model, model.base_profiles())).value();
}

TEST(Blocks, ASevenSliceGpuIsATreeOfThirteenBlocks) {
    const BlockTree tree = whole_tree(builtin_gpu("A100-SXM4-40GB"));
    // Seven of 1g, three of 2g, the halves, the whole; leaf, quarter, left, right and whole.
    EXPECT_EQ(tree.size(), 13U);
    EXPECT_EQ(shapes(tree), 5U);
    EXPECT_EQ(tree.back().size, 8);
    EXPECT_EQ(tree.back().children.size(), 2U);
}

TEST(Blocks, EveryGpuModelWithKnownPlacementsIsATree) {
    for (const gpu::GpuModel& model : support::builtin_catalogue().models()) {
        if (!model.geometry_known()) continue;
        const BlockTree tree =
            block_tree(model, placements_of(model, model.all_profiles())).value();
        for (const Block& block : tree) {
            int inside = 0;
            for (const std::size_t child : block.children) {
                EXPECT_GE(tree[child].start, block.start) << model.name;
                EXPECT_LE(tree[child].start + tree[child].size, block.start + block.size);
                inside += tree[child].size;
            }
            EXPECT_LE(inside, block.size) << model.name;
        }
    }
}

TEST(Blocks, RefusesPlacementsThatOverlapWithoutContaining) {
    gpu::GpuModel model = builtin_gpu("A30");
    const gpu::ProfileId half = model.find_profile("2g.12gb");
    model.profiles[half].starts = {0, 1};
    const auto tree = block_tree(model, placements_of(model, std::vector{half}));
    ASSERT_FALSE(tree.has_value());
    EXPECT_EQ(tree.error().code, ErrorCode::kUnsupported);
}

TEST(Blocks, OneSetOfPlacementsWhereNothingIsForbidden) {
    const gpu::GpuModel& model = builtin_gpu("A100-SXM4-40GB");
    const auto sets =
        peaceful_placements(model, builtin_rules("current"), model.base_profiles(), {});
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(sets.front(), placements_of(model, model.base_profiles()));
}

TEST(Blocks, ForbiddenCompanySplitsTheSet) {
    const gpu::GpuModel& model = builtin_gpu("A100-SXM4-40GB");
    const auto rules = builtin_rules("paper-2021");
    const gpu::ProfileId three = model.find_profile("3g.20gb");
    const gpu::ProfileId four = model.find_profile("4g.20gb");
    const auto has = [](const auto& set, gpu::ProfileId id) {
        return std::ranges::find(set, id, &gpu::Placement::profile) != set.end();
    };
    const auto sets = peaceful_placements(model, rules, model.base_profiles(), {});
    ASSERT_EQ(sets.size(), 2U);
    for (const auto& set : sets) EXPECT_NE(has(set, three), has(set, four));

    const std::vector<gpu::Placement> running{{four, 0}};
    const auto beside = peaceful_placements(model, rules, model.base_profiles(), running);
    ASSERT_EQ(beside.size(), 1U);
    EXPECT_FALSE(has(beside.front(), three));
}

TEST(Blocks, EverythingInAPeacefulSetIsLegalTogether) {
    for (const std::string rules : {"current", "paper-2021"}) {
        for (const char* name : {"A30", "A100-SXM4-40GB", "H100-SXM5-80GB"}) {
            const gpu::GpuModel& model = builtin_gpu(name);
            for (const auto& set :
                 peaceful_placements(model, builtin_rules(rules), model.all_profiles(), {})) {
                // As many as fit, in order.
                std::vector<gpu::Placement> together;
                int end = 0;
                auto by_start = set;
                std::ranges::sort(by_start, {}, &gpu::Placement::start);
                for (const gpu::Placement& placement : by_start) {
                    if (placement.start < end) continue;
                    together.push_back(placement);
                    end = placement.start + model.profiles[placement.profile].size;
                }
                const auto layout = gpu::Layout::make(model, builtin_rules(rules), together);
                EXPECT_TRUE(layout.has_value()) << name << " " << rules;
            }
        }
    }
}

}  // namespace
}  // namespace tangram::window::priced
