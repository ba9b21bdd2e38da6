// What a transition does to capacities and to the number of GPUs, and when: its planned steps as
// changes over time.
//
// The capacity of a service falls when a drain starts and rises when a route has ended; a GPU
// counts from the start of its acquire to the end of its release.
#pragma once

#include <cstdint>
#include <vector>

#include "base/quantity.h"
#include "deployment/deployment.h"
#include "transition/step_graph.h"
#include "workload/problem.h"

namespace tangram::controller {

using workload::ServiceId;

struct CourseChange {
    Duration at{};      // after the transition's start
    ServiceId service;  // invalid: GPUs
    Rate capacity;      // added; negative: lost
    int gpus = 0;       // added
};

// By time; of one time what is lost comes first. Services that the problem lacks are left out: what
// they serve counts nowhere. O(steps log steps).
[[nodiscard]] std::vector<CourseChange> course_of(const workload::Problem& problem,
                                                  const transition::StepGraph& graph);

// What a deployment can serve, by service of the problem: the throughput of its serving instances
// on GPUs that are not lost.
[[nodiscard]] IdVector<ServiceId, Rate> capacities_of(const workload::Problem& problem,
                                                      const deployment::Deployment& deployment);

// GPUs in use: not lost, not excluded.
[[nodiscard]] std::int64_t gpus_of(const deployment::Deployment& deployment);

}  // namespace tangram::controller
