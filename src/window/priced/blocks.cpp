#include "window/priced/blocks.h"

#include <algorithm>
#include <tuple>

#include "gpu/company.h"

namespace tangram::window::priced {

namespace {

using Placements = std::vector<gpu::Placement>;

bool contains(const Block& outer, const Block& inner) {
    return outer.start <= inner.start && inner.start + inner.size <= outer.start + outer.size;
}

bool apart(const Block& a, const Block& b) {
    return a.start + a.size <= b.start || b.start + b.size <= a.start;
}

// One block per interval of slices, small ones first, the whole GPU last.
BlockTree distinct_blocks(const gpu::GpuModel& model, std::span<const gpu::Placement> placements) {
    BlockTree blocks;
    const auto block_at = [&](int start, int size) -> Block& {
        for (Block& block : blocks) {
            if (block.start == start && block.size == size) return block;
        }
        blocks.push_back({.start = start, .size = size, .profiles = {}, .children = {}});
        return blocks.back();
    };
    block_at(0, model.memory_slices.value_or(0));
    for (const gpu::Placement& placement : placements) {
        block_at(placement.start, model.profiles[placement.profile].size)
            .profiles.push_back(placement.profile);
    }
    for (Block& block : blocks) std::ranges::sort(block.profiles);
    std::ranges::sort(blocks, {},
                      [](const Block& block) { return std::tuple(block.size, block.start); });
    return blocks;
}

std::size_t first_of_shape(const BlockTree& tree, std::size_t index) {
    const auto shapes = [&](const Block& block) {
        std::vector<std::size_t> all;
        for (const std::size_t child : block.children) all.push_back(tree[child].shape);
        std::ranges::sort(all);
        return all;
    };
    for (std::size_t other = 0; other < index; ++other) {
        if (tree[other].profiles == tree[index].profiles &&
            shapes(tree[other]) == shapes(tree[index])) {
            return other;
        }
    }
    return index;
}

// How many instances of a profile may be on one GPU, whatever else is.
std::size_t limit(const gpu::GpuModel& model, const gpu::Company& company, gpu::ProfileId id) {
    if (!company.allows(id, id)) return 1;
    return static_cast<std::size_t>(model.profiles[id].max_instances);
}

Placements allowed_placements(const gpu::GpuModel& model, const gpu::Company& company,
                              std::span<const gpu::ProfileId> profiles,
                              std::span<const gpu::Placement> running) {
    Placements all{running.begin(), running.end()};
    for (const gpu::ProfileId id : profiles) {
        auto count = static_cast<std::size_t>(
            std::ranges::count(running, id, [](const auto& p) { return p.profile; }));
        for (const int start : model.profiles[id].starts) {
            const gpu::Placement placement{id, start};
            if (count >= limit(model, company, id)) break;
            if (std::ranges::find(running, placement) != running.end()) continue;
            all.push_back(placement);
            ++count;
        }
    }
    std::ranges::sort(all);
    return all;
}

}  // namespace

Result<BlockTree> block_tree(const gpu::GpuModel& model,
                             std::span<const gpu::Placement> placements) {
    BlockTree tree = distinct_blocks(model, placements);
    for (std::size_t inner = 0; inner < tree.size(); ++inner) {
        bool placed = false;
        for (std::size_t outer = inner + 1; outer < tree.size(); ++outer) {
            if (!contains(tree[outer], tree[inner])) {
                if (apart(tree[outer], tree[inner])) continue;
                return Error{ErrorCode::kUnsupported,
                             "placements of " + model.name + " overlap without containing", ""};
            }
            if (!placed) tree[outer].children.push_back(inner);
            placed = true;
        }
        tree[inner].shape = first_of_shape(tree, inner);
    }
    return tree;
}

Placements placements_of(const gpu::GpuModel& model, std::span<const gpu::ProfileId> profiles) {
    Placements all;
    for (const gpu::ProfileId id : profiles) {
        for (const int start : model.profiles[id].starts) all.push_back({id, start});
    }
    std::ranges::sort(all);
    return all;
}

std::vector<Placements> peaceful_placements(const gpu::GpuModel& model, const gpu::RuleSet& rules,
                                            std::span<const gpu::ProfileId> profiles,
                                            std::span<const gpu::Placement> running) {
    const gpu::Company company(model, rules);
    std::vector<Placements> sets;
    for (const gpu::ProfileId seed : profiles) {
        std::vector<gpu::ProfileId> chosen;
        for (const gpu::Placement& placement : running) chosen.push_back(placement.profile);
        const auto add = [&](gpu::ProfileId id) {
            const bool fits = std::ranges::all_of(chosen, [&](gpu::ProfileId other) {
                return other == id || company.allows(id, other);
            });
            if (fits) chosen.push_back(id);
        };
        add(seed);
        for (const gpu::ProfileId id : profiles) add(id);
        std::ranges::sort(chosen);
        const auto repeated = std::ranges::unique(chosen);
        chosen.erase(repeated.begin(), repeated.end());
        Placements set = allowed_placements(model, company, chosen, running);
        if (std::ranges::find(sets, set) == sets.end()) sets.push_back(std::move(set));
    }
    return sets;
}

}  // namespace tangram::window::priced
