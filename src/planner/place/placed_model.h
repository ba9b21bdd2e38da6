// The complete model of placing replicas apart: every GPU is a site that may be cut any way, every
// instance that needs a pin (pin_search.h) has one, and everything that needs no place stays a
// count.
//
//   y[i,m] in {0,1}   site i is cut into partition m;     sum_m y[i,m] <= 1
//   x[s,k] integer    instances of type k for service s;  sum_k t[s,k] x[s,k] >= required[s],
//                     sum_k x[s,k] >= min_replicas[s],    sum_s x[s,k] <= sum_{i,m} n[m,k] y[i,m]
//   h[i,s,k] in {0,1} a witness of s sits on site i:
//                     sum_i h[i,s,k] <= x[s,k],  sum_{i,k} h[i,s,k] = min_replicas[s],
//                     at most one per site (spread: gpu) or node (spread: node) and service
//   z[i,s,k] integer  what s, which must survive losses, has on site i, witnesses included:
//                     sum_i z[i,s,k] = x[s,k],  h[i,s,k] <= z[i,s,k],
//                     sum_k u[s,k] x[s,k] - sum_{i in g, k} u[s,k] z[i,s,k] >= q[s]
//                     for every site (node) g, where q[s] must be left and u = min(t, q)
//   sum_s of pins (z where there is one, else h) of type k on site i <= sum_m n[m,k] y[i,m]
//   minimise sum_{i,m} cost[m] y[i,m]
//
// With given counts x and sum_i y[i,m] are fixed and any solution will do. Exact, for small fleets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lp/model.h"
#include "planner/place/ground.h"

namespace tangram::planner::place {

// A GPU that may be used. Equal neighbours (entry, node) are interchangeable.
struct Site {
    FleetEntryId entry;
    std::uint32_t node = kNoNode;
};

// Sites enough for any plan that uses at most `most` GPUs of each entry.
[[nodiscard]] std::vector<Site> sites_for(const PlanningModel& model,
                                          const IdVector<FleetEntryId, std::int64_t>& most);

// Binary and integer variables the model would have; what "small" means is the caller's affair.
[[nodiscard]] std::int64_t placed_model_size(const PlanningModel& model, std::size_t sites);

struct PlacedLimits {
    std::int64_t nodes = 20'000;     // of branch and bound; reproducible
    double seconds = lp::kInfinity;  // irreproducible when it strikes
};

struct PlacedAnswer {
    lp::Status status = lp::Status::kError;  // kFeasible: a plan, not proven cheapest
    std::int64_t nodes = 0;
    CountPlan plan;               // verified in integers; only with kOptimal and kFeasible
    std::vector<GroundGpu> gpus;  // of that plan, by partition
    std::vector<Pin> pins;        // by service
};

// The cheapest plan on these sites whose replicas are apart as asked, up to the solver's
// tolerances.
[[nodiscard]] PlacedAnswer cheapest_placed(const PlanningModel& model,
                                           const std::vector<Site>& sites,
                                           const PlacedLimits& limits);

// A placement of exactly these counts on these sites; kInfeasible proves that there is none.
[[nodiscard]] PlacedAnswer place_counts(const PlanningModel& model, const std::vector<Site>& sites,
                                        const CountPlan& counts, const PlacedLimits& limits);

}  // namespace tangram::planner::place
