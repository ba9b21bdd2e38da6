// The placements of one GPU as a tree: a block is a set of memory slices some placement occupies,
// its children the largest blocks inside it. Engines treat blocks of equal shape as exchangeable.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "gpu/gpu_model.h"

namespace tangram::window::exact {

struct Block {
    int start = 0;                         // first memory slice
    int size = 0;                          // memory slices
    std::vector<gpu::ProfileId> profiles;  // placed exactly here; empty of a mere group of blocks
    std::vector<std::size_t> children;     // by shape, then by start
    std::size_t shape = 0;                 // equal: same profiles, same children
};

// A slice that no child covers is busy only when its whole block is, so it is idle at least as long
// as any of the children, and needs no age of its own.
struct BlockTree {
    std::vector<Block> blocks;        // children before their parents
    std::size_t left = 0, right = 0;  // the two halves; the right one may be an empty group
    // Profiles that take both halves at once, and where they start.
    std::vector<gpu::ProfileId> whole;
    int whole_start = 0;
    std::size_t shapes = 0;
};

// Over the placements of `profiles`. Fails where two placements overlap without one containing the
// other: no published geometry is like that.
[[nodiscard]] Result<BlockTree> make_block_tree(const gpu::GpuModel& model,
                                                std::span<const gpu::ProfileId> profiles);

}  // namespace tangram::window::exact
