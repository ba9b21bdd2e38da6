// Why a plan is what it is, in exact numbers: what each service pays at the prices and what it
// would pay at least, what more load costs, which cuts are worth their GPU, how the bound adds up,
// and what blocks where there is no plan.
//
// Prices w (outcome.h) are those of the plan's own bound:
//   bound >= sum_s min{ w . a : a covers s } - sum_e cap[e] rent[e],
// rounded up to the next cost that whole GPUs can add up to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "planner/explain/cheapest_cover.h"
#include "planner/explain/gpu_worth.h"
#include "planner/outcome.h"
#include "planner/point_verdicts.h"

namespace tangram::planner::explain {

// Instances of one service that are run alike.
struct UsedPoint {
    InstanceTypeId type;  // invalid: not one the problem offers
    std::string gpu;      // model and profile as the deployment names them
    std::string profile;
    deployment::RunPointId point;  // into the deployment
    std::int64_t count = 0;
    Price price;  // of one; 0 without prices
};

// One more instance of a type, and what it brings.
struct CapacityStep {
    InstanceTypeId type;
    Rate throughput;
    Price price;
};

struct ServiceExplanation {
    ServiceId service;
    Rate required;  // rate over the utilisation limit
    Rate capacity;  // of ready and serving instances on GPUs that are ok
    Rate spare;     // how much the rate may grow before a new instance is needed
    std::int64_t instances = 0;
    std::vector<UsedPoint> used;  // by type, profile name, point

    // With prices only:
    Price paid;                          // sum of price x count
    Cover cheapest;                      // its bound is the service's share of the plan's bound
    std::optional<CapacityStep> next;    // the cheapest single instance: the step after `spare`
    std::optional<CapacityStep> margin;  // the cheapest capacity per request, in the long run

    std::vector<PointVerdict> verdicts;  // empty unless asked for
};

struct TypeExplanation {
    InstanceTypeId type;
    Price price;
    std::int64_t used = 0;
};

struct PartitionExplanation {
    PartitionId partition;
    Price worth;            // of its instances at the prices
    Price slack;            // cost + rent - worth; > 0: cutting a GPU so is not worth its cost
    std::int64_t gpus = 0;  // of the deployment, each counted for the tightest partition it fits
};

// contributions - rents = raw; raw rounded up to a multiple of `granularity` = rounded <= bound.
struct BoundExplanation {
    Price contributions;
    Price rents;
    Price raw;
    Cost granularity;  // greatest common divisor of the GPU costs
    Cost rounded;
    Cost bound;               // as the planner states it
    bool prices_hold = true;  // false if some partition is worth more than it costs: no proof then
};

struct Shortage {
    std::optional<std::int64_t> gpus_needed;  // proven, where known
    std::int64_t gpus_available = 0;          // over all capped entries
    Cost cost_available;                      // what all of them cost
    std::vector<ServiceId> largest;           // services by share of the bound, at most ten
};

struct Explanation {
    Status status = Status::kUnknown;
    bool priced = false;  // false: the engine gave no prices
    IdVector<ServiceId, ServiceExplanation> services;
    std::vector<TypeExplanation> types;            // with prices only, by type
    std::vector<PartitionExplanation> partitions;  // with prices only, by slack, then id
    std::vector<GpuWorth> gpus;                    // with prices only, by fleet entry
    std::optional<BoundExplanation> bound;         // with prices only
    std::optional<Shortage> shortage;              // of an infeasible problem
    std::vector<std::string> notes;                // what in the deployment the problem lacks
};

struct ExplainOptions {
    // Whose operating points are judged one by one; absent: all if there are at most a hundred
    // services, else nobody's.
    std::optional<std::vector<ServiceId>> judged;
};

// `deployment` may be empty (no plan). `outcome` brings status, bound and prices; its plan is not
// used. O(instances + services x cover search + K M).
[[nodiscard]] Explanation explain(const PlanningModel& model,
                                  const deployment::Deployment& deployment, const Outcome& outcome,
                                  const ExplainOptions& options = {});

}  // namespace tangram::planner::explain
