// The tree of a GPU's placements. Placements either contain each other or are apart (1g in 2g in 3g
// and 4g in 7g), so a GPU is a tree of blocks, and what happens inside a block that is split is
// independent of its neighbours. That is what makes one GPU cheap to price (gpu_pricing.h).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "gpu/catalogue.h"
#include "gpu/layout.h"

namespace tangram::window::priced {

struct Block {
    int start = 0;
    int size = 0;
    std::vector<gpu::ProfileId> profiles;  // that fill it exactly; only the whole may have none
    std::vector<std::size_t> children;
    // Of all blocks of one shape, same profiles and same children's shapes, the first one.
    std::size_t shape = 0;
};

// Children before parents; the last one is the whole GPU.
using BlockTree = std::vector<Block>;

// The tree of these placements of one GPU model. Fails with kUnsupported if two of them overlap
// without one containing the other. O(placements^2).
[[nodiscard]] Result<BlockTree> block_tree(const gpu::GpuModel& model,
                                           std::span<const gpu::Placement> placements);

// All placements of `profiles`.
[[nodiscard]] std::vector<gpu::Placement> placements_of(const gpu::GpuModel& model,
                                                        std::span<const gpu::ProfileId> profiles);

// Sets of placements that are legal together in every arrangement without overlap; each holds
// `running`, and each profile that gets along with it is in one of them. One set, that of
// placements_of, where `rules` and the profiles' limits forbid nothing beyond overlap.
[[nodiscard]] std::vector<std::vector<gpu::Placement>> peaceful_placements(
    const gpu::GpuModel& model, const gpu::RuleSet& rules, std::span<const gpu::ProfileId> profiles,
    std::span<const gpu::Placement> running);

}  // namespace tangram::window::priced
