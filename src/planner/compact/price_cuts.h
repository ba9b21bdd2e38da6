// The linear relaxation of the compact model, solved over prices instead of counts.
//
// Its dual is: maximise L(w, v) = sum_s P_s(w) - sum_e cap[e] v[e] over feasible prices w and rents
// v (dual_bound.h), where P_s is the cheapest fractional cover of service s. L is concave; a
// fractional cover of every service at some prices, totals T, gives the cut L(w', v') <= T . w' -
// cap . v'. The LP over the cuts has as many columns as there are prices, however many services
// there are. The next prices are halfway between the LP's and the best so far; if they cut nothing
// off, the LP's own. Source: Kelley (1960); stabilised as by Ben-Ameur and Neto (2007).
#pragma once

#include <cstdint>
#include <vector>

#include "planner/planner.h"
#include "planner/planning_model.h"

namespace tangram::planner::compact {

// In cost units, by instance type and fleet entry. Feasible up to rounding.
struct RealPrices {
    std::vector<double> types;
    std::vector<double> rents;
};

struct PriceSearch {
    RealPrices prices;  // the best found
    bool converged = false;
    bool deadline_struck = false;
    bool cancelled = false;
    std::uint64_t work = 0;  // options looked at
};

// Requires an option for every demand that asks for something. O(rounds x options); a few dozen
// rounds. Stops early at the work budget, the deadline or when cancelled, with the best so far.
[[nodiscard]] PriceSearch search_prices(const PlanningModel& model, const PlanOptions& options);

}  // namespace tangram::planner::compact
