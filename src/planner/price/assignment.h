// One cover per demand: the integer half of a plan; partitions are the other half.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner::price {

struct Assignment {
    std::vector<std::int32_t> counts;  // covers, aligned with PlanningModel::options
    std::vector<std::int64_t> totals;  // instances by type over all covers
};

}  // namespace tangram::planner::price
