// The cheapest GPUs that hold a given number of instances of each type.
#pragma once

#include <cstdint>
#include <optional>

#include "planner/price/repair.h"

namespace tangram::planner::price {

// An integer program over the partitions (M columns, K rows) through lp; exact unless its node
// limit strikes, and then still a plan if one was found. Nothing if caps leave no room.
[[nodiscard]] std::optional<Repaired> pack(const PlanningModel& model, const Assignment& assignment,
                                           std::uint64_t& work);

}  // namespace tangram::planner::price
