// What a fleet must have for a service's replicas to be apart, whatever else is on it.
#pragma once

#include <optional>
#include <string>

#include "planner/planning_model.h"

namespace tangram::planner {

// A sentence if the fleet has too few GPUs or nodes for the service; proven.
[[nodiscard]] std::optional<std::string> too_few_places(const PlanningModel& model,
                                                        ServiceId service);

// What the cheapest GPUs cost that hold the service apart. There must be enough.
[[nodiscard]] Cost least_cost_apart(const PlanningModel& model, ServiceId service);

}  // namespace tangram::planner
