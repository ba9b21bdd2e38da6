// The complete search on one mix of GPUs: a plan on it, or the proof that there is none.
//
// In a plan on the mix, no demand can use a cover whose price exceeds its cheapest by more than the
// gap, worth of the mix less C(w), and no GPU a partition with more slack than that. What remains
// is finite: all such minimal covers, by demand, and the partitions. Demands with the same choices
// form a group, so that a MIP counts how many of each group change how. It is complete, hence
// infeasible means that the mix holds no plan. Source: ours; reduced-cost fixing.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/price/bound.h"
#include "planner/price/repair.h"

namespace tangram::planner::price {

struct ProofLimits {
    std::size_t choices = 60'000;  // covers over all demands; more: undecided
    std::size_t columns = 20'000;  // of the MIP; more: undecided
    std::int64_t mip_nodes = 2'000;
    double seconds = 1e100;  // from a deadline
};

enum class Verdict { kPlan, kNone, kUndecided };

struct ProofOutcome {
    Verdict verdict = Verdict::kUndecided;
    std::optional<Repaired> plan;  // with kPlan; exact, verified
};

[[nodiscard]] ProofOutcome prove(const PlanningModel& model, const Bound& bound, const GpuMix& mix,
                                 const ProofLimits& limits, std::uint64_t& work);

}  // namespace tangram::planner::price
