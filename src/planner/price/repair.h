// From covers that almost fit to a plan on a given mix of GPUs, or nothing.
//
// Most GPUs follow the bound's fractional partitions, rounded down; for the few GPUs of the mix
// that are left over, every multiset of partitions is a start. What is then missing is a small
// vector of deficits, demand minus supply by type. Moves change it: another near-optimal cover of
// one demand (many demands share the same change, so there are only hundreds of different ones), or
// another partition for one GPU. A beam search looks for moves after which nothing is missing; each
// demand moves at most once. At prices w and worths u the bookkeeping is exact: the gap, worth of
// the mix less C(w), is the sum of what the moves cost, what the partitions leave unused, and the
// initial covers' excess; branches that exceed it are cut. Source: ours.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/price/bound.h"
#include "planner/price/rounding.h"

namespace tangram::planner::price {

struct RepairEffort {
    std::size_t width = 128;      // states kept per level
    std::size_t levels = 12;      // moves in a row
    std::size_t vectors = 400;    // different changes of cover to collect
    std::size_t providers = 16;   // demands remembered per change
    std::size_t starts = 20'000;  // multisets of left-over partitions to consider
};

struct Repaired {
    Assignment assignment;
    IdVector<PartitionId, std::int64_t> partitions;
};

// A plan on `mix` near `rounding`, or nothing. `work` grows by the steps taken.
[[nodiscard]] std::optional<Repaired> repair(const PlanningModel& model, const Bound& bound,
                                             const Rounding& rounding, const GpuMix& mix,
                                             const RepairEffort& effort, Random& random,
                                             std::uint64_t& work);

}  // namespace tangram::planner::price
