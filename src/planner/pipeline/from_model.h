// The planning model as Reconfigurable Machine Scheduling, and its deployments as count plans.
// Jobs are services, machine types instance types, machine sets partitions and pools fleet entries,
// each with the same index.
#pragma once

#include <vector>

#include "planner/outcome.h"
#include "planner/pipeline/rms/problem.h"
#include "planner/pipeline/rms/task.h"
#include "planner/planning_model.h"

namespace tangram::planner::pipeline {

[[nodiscard]] rms::Problem from_model(const PlanningModel& model);

// `problem` is from_model(model). The plan is valid if `held` leaves nothing undone.
[[nodiscard]] CountPlan to_plan(const PlanningModel& model, const rms::Problem& problem,
                                const std::vector<rms::Held>& held);

}  // namespace tangram::planner::pipeline
