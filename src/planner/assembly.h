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
    // False if some service's replicas could not be spread as asked with these counts; the
    // deployment then ignores the spread of `unspread`.
    bool spread_met = true;
    std::vector<ServiceId> unspread;
};

// O(instances log instances) without spread. Instances of one service are kept on few GPUs except
// where spread asks otherwise; unused instances of a partition are not created.
[[nodiscard]] Assembly assemble(const PlanningModel& model, const CountPlan& plan);

}  // namespace tangram::planner
