// The compact model (planner/planning_model.h) in whole numbers, as JSON for another solver:
//   {"name": "...", "cost_unit": 1.0, "columns": [[cost, upper], ...],
//    "rows": [{"at_least": n, "terms": [[column, coefficient], ...]}, ...]}
// Minimise the sum of cost x column, columns whole and between 0 and upper. The objective counts
// multiples of cost_unit. Upper bounds lose no plan without superfluous instances and GPUs.
#pragma once

#include <string>
#include <string_view>

#include "planner/planning_model.h"

namespace tangram::bench {

// O(options + partitions x types).
[[nodiscard]] std::string exported_model(std::string_view name,
                                         const planner::PlanningModel& model);

}  // namespace tangram::bench
