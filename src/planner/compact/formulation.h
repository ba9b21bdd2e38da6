// The compact model as a mixed-integer program.
//
//   minimise  sum_m c[m] y[m]                                   c in multiples of `unit`
//   such that sum_k min(t[s,k], r[s]) x[s,k] >= r[s]            coverage, divided by its largest
//             sum_k x[s,k] >= R[s]                              replicas, where not implied
//             sum_m n[m,k] y[m] - sum_s x[s,k] >= 0             supply
//             sum_{m of e} y[m] <= cap[e]                       caps
//             sum_k u[s,k] x[s,k] - u[s,j] z[s,j] >= q[s],      losses: z[s,j] says that j is used,
//             x[s,j] <= most[s,j] z[s,j]                        u = min(t, q); for every option j
// where q[s] must be left after a loss. x, y integer, z binary. Throughputs above the requirement
// are cut to it: no integer point is lost and the relaxation is tighter.
// Rounding cuts, optional: for a divisor d among the service's throughputs
//             sum_k ceil(t[s,k] / d) x[s,k] >= ceil(r[s] / d)   (Chvatal-Gomory)
#pragma once

#include <vector>

#include "lp/model.h"
#include "planner/planning_model.h"

namespace tangram::planner::compact {

struct FormulationOptions {
    bool caps = true;  // false: as if every fleet entry were unlimited
    bool rounding_cuts = false;
    bool count_gpus = false;  // every GPU costs one unit
    // By how much rows of coverage and losses are raised, relative to their largest coefficient: 0,
    // or more than the solver's tolerance after it returned a plan that is short by less than that.
    double tightening = 0;
};

// Column of an option = its index; partitions follow, then the rest. -1 in a row index: no such
// row.
struct Formulation {
    lp::Model program;
    Cost unit;                           // of the objective
    std::vector<int> coverage;           // row by demand
    std::vector<double> coverage_scale;  // by demand: thousandths of requests/s per unit of the row
    std::vector<int> replicas;           // row by demand
    std::vector<int> supply;             // row by instance type
    std::vector<int> caps;               // row by fleet entry
    std::size_t first_partition = 0;     // column of partition 0
};

// Requires at least one option for every demand. O(options + partitions x types).
[[nodiscard]] Formulation formulate(const PlanningModel& model, const FormulationOptions& options);

// What one instance gives towards the requirement: its throughput, cut to it.
[[nodiscard]] std::int64_t useful_throughput(const Option& option, const Demand& demand);

// True if some demand has no option at all and still asks for something.
[[nodiscard]] bool has_unservable_demand(const PlanningModel& model);

}  // namespace tangram::planner::compact
