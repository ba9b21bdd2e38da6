// What surviving losses takes on few GPUs: of n places a service is on, one holds at least an n-th
// of its capacity c, so c - c/n >= q, or c >= q n / (n - 1), where q must be left.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/planning_model.h"

namespace tangram::planner {

// The most GPUs a plan no dearer than `cost` can use; nothing if there is no limit.
[[nodiscard]] std::optional<std::int64_t> gpus_within(const PlanningModel& model, Cost cost);

// The model with the capacity needed raised to what every plan on at most `gpus` GPUs has.
[[nodiscard]] PlanningModel crowded(const PlanningModel& model, std::int64_t gpus);

}  // namespace tangram::planner
