// From counts to real instances: numbered GPUs, layouts, who sits where. Equal plans give equal
// deployments: one canonical form.
#pragma once

#include "base/result.h"
#include "deployment/deployment.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner {

struct Assembly {
    deployment::Deployment deployment;
    // False if some service's replicas could not be kept apart as asked (spread, losses) with these
    // counts; the deployment then ignores what `unspread` ask for.
    bool spread_met = true;
    std::vector<ServiceId> unspread;
};

// GPUs are ordered by fleet entry, partition (largest first) and contents, so that equal GPUs are
// neighbours; they get the ids gpu-0, gpu-1, ... or the problem's, where it names its GPUs, and
// fill node after node unless replicas must be on different ones. Instances of one service are kept
// on few GPUs except where spread asks otherwise; unused instances of a partition are not created,
// and GPUs without any not listed. `plan` must satisfy validate_counts() (CHECKed); a plan of
// ensure_apart() has its spread met. O(instances log instances).
[[nodiscard]] Assembly assemble(const PlanningModel& model, const CountPlan& plan);

}  // namespace tangram::planner
