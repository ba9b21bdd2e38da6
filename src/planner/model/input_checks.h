// What a problem must satisfy before a planner can look at it, apart from each service having an
// admissible operating point.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "workload/problem.h"

namespace tangram::planner::model {

// No rate and no required capacity may exceed this: sums of many then still fit 64 bits.
inline constexpr std::int64_t kMostThousandths = 1'000'000'000'000'000;

// O(points + services). The first error in the order of the problem; see build_planning_model.
[[nodiscard]] Result<void> check_input(const workload::Problem& problem);

}  // namespace tangram::planner::model
