// The error for a service that no operating point can serve: says which limit is in the way.
#pragma once

#include "base/result.h"
#include "planner/planning_model.h"

namespace tangram::planner::model {

// `service` has no admissible operating point. The message names its objective, the rule, and
// either the best latency any profile reaches or, where latency is not what refuses, what does.
[[nodiscard]] Error no_option_error(const workload::Problem& problem, ServiceId service);

}  // namespace tangram::planner::model
