// Spreading the replicas of a plan with given counts over GPUs and nodes, so that they are apart as
// asked and enough is left after every loss, by the cheapest method that does it: greedy with
// exchanges on nodes filled in order, on nodes dealt out, and for small fleets the complete model.
#pragma once

#include <vector>

#include "planner/place/ground.h"
#include "planner/place/pin_search.h"

namespace tangram::planner::place {

struct Spreading {
    std::vector<GroundGpu> gpus;              // by partition; nodes only where a service needs them
    std::vector<Pin> pins;                    // by service
    std::vector<PinSearch::Missing> missing;  // empty: every service is spread
    bool proven = false;  // with `missing`: no placement of these counts can do it
};

// A pure function of its arguments, so that whoever asks twice gets the same answer.
// The plan must satisfy validate_counts().
[[nodiscard]] Spreading spread_replicas(const PlanningModel& model, const CountPlan& plan);

// Up to this size the complete model is solved.
[[nodiscard]] bool small_enough(const PlanningModel& model, std::size_t sites);

}  // namespace tangram::planner::place
