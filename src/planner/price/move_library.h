// The moves of the repair search, by their effect on the deficits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "planner/price/assignment.h"
#include "planner/price/bound.h"

namespace tangram::planner::price {

// One demand that can make a change of cover, and how.
struct Provider {
    ServiceId service;
    std::vector<std::int32_t> by_option;
};

// A vector of changes by type, and who can bring it about: demands that change their cover, or one
// GPU of partition `from` cut as `to` instead.
struct Move {
    std::vector<std::int32_t> change;  // of (demand - supply), by type
    std::int64_t cost = 0;             // price . change
    std::vector<Provider> providers;   // empty for a change of partition
    PartitionId from, to;
};

struct MoveLibraryLimits {
    std::int64_t cost = 0;       // dearer moves are left out (price units)
    std::size_t vectors = 400;   // different changes of cover wanted
    std::size_t providers = 16;  // demands remembered per change
};

// Moves of demands come from a shuffled walk over all demands that stops when enough different
// changes are known. `partitions` are those in use: only these can be cut differently.
[[nodiscard]] std::vector<Move> collect_moves(const PlanningModel& model, const Bound& bound,
                                              const Assignment& assignment,
                                              std::span<const PartitionId> partitions,
                                              const MoveLibraryLimits& limits, Random& random,
                                              std::uint64_t& work);

}  // namespace tangram::planner::price
