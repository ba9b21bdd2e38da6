// ParvaGPU (SC '24) as a baseline: our re-implementation from its description and code. Per service
// the option with most throughput per compute slice, floor(rate / throughput) of them and the
// smallest option that covers the rest; placed from large to small (slot_packing.h); then GPUs of
// which at most four slices are used are emptied, their instances split into ones of one or two
// slices and packed again. Differences: docs/algorithms.md.
// A heuristic: bound 0, status feasible or unknown. One GPU model serves everything, the one that
// makes it cheapest. Spread is left to the caller.
#pragma once

#include "planner/planner.h"

namespace tangram::planner::baseline {

class ParvaGpuPlanner : public Planner {
public:
    [[nodiscard]] std::string_view name() const override { return "parvagpu"; }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override;
};

}  // namespace tangram::planner::baseline
