#include <chrono>

#include "planner/compact/compact.h"
#include "planner/compact/dual_bound.h"
#include "planner/compact/formulation.h"
#include "planner/compact/price_cuts.h"

namespace tangram::planner::compact {

RelaxationBound compact_lp_bound(const PlanningModel& model, const PlanOptions& options) {
    RelaxationBound out;
    if (has_unservable_demand(model)) {
        out.infeasible = true;
        return out;
    }
    const PriceSearch search = search_prices(model, options);
    out.work = search.work;
    out.deadline_struck = search.deadline_struck;
    out.cancelled = search.cancelled;
    out.prices = feasible_prices(model, search.prices);
    out.bound = dual_bound(model, out.prices);
    out.infeasible = out.bound > cost_ceiling(model);
    out.solved = search.converged && !out.infeasible;
    if (out.infeasible) out.bound = Cost{};  // of what is not there
    return out;
}

Outcome LpBoundPlanner::plan(const PlanningModel& model, const PlanOptions& options) const {
    const auto start = std::chrono::steady_clock::now();
    Outcome outcome;
    outcome.engine = name();
    outcome.formulation = "linear relaxation";
    outcome.seed = options.seed;
    RelaxationBound relaxation = compact_lp_bound(model, options);
    outcome.status = relaxation.infeasible ? Status::kInfeasible : Status::kUnknown;
    outcome.bound = relaxation.bound;
    outcome.prices = std::move(relaxation.prices);
    outcome.work = relaxation.work;
    outcome.reproducible = !relaxation.deadline_struck && !relaxation.cancelled;
    outcome.stop_reason = relaxation.infeasible        ? "the relaxation is infeasible"
                          : relaxation.solved          ? "bound only"
                          : relaxation.cancelled       ? "cancelled"
                          : relaxation.deadline_struck ? "deadline"
                                                       : "work budget";
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outcome;
}

}  // namespace tangram::planner::compact
