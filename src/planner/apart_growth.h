// Adding to a plan until its replicas can be kept apart.
#pragma once

#include <optional>

#include "planner/outcome.h"
#include "planner/place/spreading.h"
#include "planner/planner.h"
#include "planner/planning_model.h"

namespace tangram::planner {

// `spreading` is what spread_replicas() made of the plan. Idle instances are given to services that
// must survive losses (more in all means more on each GPU), then GPUs are added, until everything
// is placed. Nothing if the fleet does not allow it, or after many rounds.
[[nodiscard]] std::optional<CountPlan> grow_until_apart(const PlanningModel& model, CountPlan plan,
                                                        place::Spreading spreading,
                                                        const PlanOptions& options);

}  // namespace tangram::planner
