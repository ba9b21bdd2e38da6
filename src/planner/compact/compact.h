// The planner "compact": the compact model as one mixed-integer program, and "lp-bound": the proven
// bound of its linear relaxation.
//
// What is exact and what is not. A plan is verified in integers before it is returned. The bound is
// the larger of two: the relaxation's, proven in integers (dual_bound.h); and the solver's, which
// holds if its tolerances do: the solver's double, less a safety of 10^-3 cost steps and 10^-8 of
// itself, rounded up to the next possible cost. Infeasibility rests on the solver alike. They need
// not: with tolerances of 10^-9 instead of 10^-7 HiGHS 1.15 pruned optima of a few services with
// hundreds of instances (tests/property/large_counts_test.cpp).
// Spread is not part of the count model: the bound holds for it, the plan may not (spread.h).
// Work is simplex iterations times rows and columns; a work budget limits iterations.
#pragma once

#include "planner/planner.h"

namespace tangram::planner::compact {

struct CompactOptions {
    bool rounding_cuts = false;  // formulation.h
    bool exact_bound = true;     // also solve the relaxation for its bound and prices
};

class CompactPlanner : public Planner {
public:
    CompactPlanner() = default;
    explicit CompactPlanner(const CompactOptions& compact) : compact_(compact) {}

    [[nodiscard]] std::string_view name() const override { return "compact"; }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override;

private:
    CompactOptions compact_;
};

struct RelaxationBound {
    Cost bound;               // proven in integers, also when the search was stopped early
    Prices prices;            // that prove it
    bool solved = false;      // no prices prove more
    bool infeasible = false;  // proven: no plan exists
    bool deadline_struck = false;
    bool cancelled = false;
    std::uint64_t work = 0;
};

// The linear relaxation of the compact model, solved over prices (price_cuts.h).
[[nodiscard]] RelaxationBound compact_lp_bound(const PlanningModel& model,
                                               const PlanOptions& options = {});

// Answers with a bound and prices only: status unknown, or infeasible if the relaxation is.
class LpBoundPlanner : public Planner {
public:
    [[nodiscard]] std::string_view name() const override { return "lp-bound"; }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override;
};

}  // namespace tangram::planner::compact
