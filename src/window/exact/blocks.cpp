#include "window/exact/blocks.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace tangram::window::exact {
namespace {

bool contains(const Block& outer, const Block& inner) {
    return outer.start <= inner.start && inner.start + inner.size <= outer.start + outer.size;
}

bool disjoint(const Block& a, const Block& b) {
    return a.start + a.size <= b.start || b.start + b.size <= a.start;
}

// One block per set of slices, the smallest first.
std::vector<Block> distinct_blocks(const gpu::GpuModel& model,
                                   std::span<const gpu::ProfileId> profiles) {
    std::map<std::pair<int, int>, std::vector<gpu::ProfileId>> at;  // by size and start
    for (const gpu::ProfileId profile : profiles) {
        for (const int start : model.profiles[profile].starts) {
            at[{model.profiles[profile].size, start}].push_back(profile);
        }
    }
    std::vector<Block> blocks;
    for (auto& [place, here] : at) {
        blocks.push_back({place.second, place.first, std::move(here), {}, 0});
    }
    return blocks;
}

// Numbers shapes as they come up; children are put in order of shape first.
class Shapes {
public:
    void settle(std::vector<Block>& blocks, std::size_t block) {
        Block& it = blocks[block];
        std::ranges::sort(it.children, {}, [&](std::size_t child) {
            return std::pair{blocks[child].shape, blocks[child].start};
        });
        std::vector<std::size_t> inside;
        for (const std::size_t child : it.children) inside.push_back(blocks[child].shape);
        it.shape = known_.try_emplace({it.profiles, inside}, known_.size()).first->second;
    }
    [[nodiscard]] std::size_t size() const { return known_.size(); }

private:
    std::map<std::pair<std::vector<gpu::ProfileId>, std::vector<std::size_t>>, std::size_t> known_;
};

// A block for these children: the only one itself, or a group.
std::size_t half_of(std::vector<Block>& blocks, Shapes& shapes, std::vector<std::size_t> children) {
    if (children.size() == 1) return children.front();
    Block group;
    if (!children.empty()) {
        group.start = blocks[children.front()].start;
        group.size = blocks[children.back()].start + blocks[children.back()].size - group.start;
    }
    group.children = std::move(children);
    blocks.push_back(std::move(group));
    shapes.settle(blocks, blocks.size() - 1);
    return blocks.size() - 1;
}

}  // namespace

Result<BlockTree> make_block_tree(const gpu::GpuModel& model,
                                  std::span<const gpu::ProfileId> profiles) {
    BlockTree tree;
    tree.blocks = distinct_blocks(model, profiles);
    std::vector<Block>& blocks = tree.blocks;
    const std::size_t count = blocks.size();
    std::vector<std::size_t> tops;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (!disjoint(blocks[i], blocks[k]) && !contains(blocks[i], blocks[k])) {
                return Error{ErrorCode::kUnsupported,
                             "placements of " + model.name + " overlap without nesting",
                             {}};
            }
        }
        // Those not yet inside another block are its children.
        const auto inside = [&](std::size_t top) { return contains(blocks[i], blocks[top]); };
        std::ranges::copy_if(tops, std::back_inserter(blocks[i].children), inside);
        std::erase_if(tops, inside);
        tops.push_back(i);
    }
    if (tops.size() == 1 && !blocks.back().children.empty()) {
        tree.whole = blocks.back().profiles;
        tree.whole_start = blocks.back().start;
        tops = blocks.back().children;
        blocks.pop_back();
    }
    Shapes shapes;
    for (std::size_t i = 0; i < blocks.size(); ++i) shapes.settle(blocks, i);
    std::ranges::sort(tops, {}, [&](std::size_t top) { return blocks[top].start; });
    const auto middle = tops.begin() + static_cast<std::ptrdiff_t>((tops.size() + 1) / 2);
    tree.left = half_of(blocks, shapes, {tops.begin(), middle});
    tree.right = half_of(blocks, shapes, {middle, tops.end()});
    tree.shapes = shapes.size();
    return tree;
}

}  // namespace tangram::window::exact
