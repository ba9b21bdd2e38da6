// What a fleet must have for a service's replicas to be apart, whatever else is on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "planner/planning_model.h"

namespace tangram::planner {

// How many different GPUs or nodes there are for a service's replicas; none: no limit.
[[nodiscard]] std::optional<std::int64_t> places_for(const PlanningModel& model, ServiceId service,
                                                     bool nodes);

// A sentence if the fleet has too few GPUs or nodes for the service; proven.
[[nodiscard]] std::optional<std::string> too_few_places(const PlanningModel& model,
                                                        ServiceId service);

// What the cheapest GPUs cost that hold the service apart. There must be enough.
[[nodiscard]] Cost least_cost_apart(const PlanningModel& model, ServiceId service);

}  // namespace tangram::planner
