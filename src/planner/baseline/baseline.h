// Planners restricted to one fixed cut (fixed_cut.h), each with the fewest (cheapest) GPUs that
// this cut allows. Honest opponents, with these limits:
//   whole-gpu     one service per GPU, on its largest MIG profile; a GPU with MIG off has somewhat
//                 more SMs and is not shown
//   all-1g        only the smallest profile
//   static-4-2-1  4g, 2g and 1g on every GPU; says so where that cut does not exist
// Their best cost is no bound of the problem, so bound is 0 and status at most `feasible`.
// `infeasible` means: not within this restriction; stop_reason says why.
// Where nobody can use some instance of the cut, its slices stay idle and the plan comes with a
// model of its own (Outcome::plan_model).
#pragma once

#include <memory>

#include "planner/baseline/fixed_cut.h"
#include "planner/planner.h"

namespace tangram::planner::baseline {

class FixedCutPlanner : public Planner {
public:
    // `engine` solves the restricted problem where it is more than a division. Not null.
    FixedCutPlanner(Cut cut, std::unique_ptr<const Planner> engine);

    [[nodiscard]] std::string_view name() const override { return baseline::name(cut_); }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override;

private:
    Cut cut_;
    std::unique_ptr<const Planner> engine_;
};

}  // namespace tangram::planner::baseline
