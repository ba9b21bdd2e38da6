// The integer point the repair starts from: decided demands keep their cover, narrow differences
// are diffused, wide ones settled (diffuse.h, settle.h).
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "planner/price/assignment.h"
#include "planner/price/bound.h"

namespace tangram::planner::price {

struct Rounding {
    Assignment assignment;
    std::vector<double> partitions;  // GPUs by partition, fractional; nearly hold the assignment
};

// The random order of the demands makes the difference between calls.
[[nodiscard]] Rounding round_mix(const PlanningModel& model, const Bound& bound, Random& random,
                                 std::uint64_t& work);

}  // namespace tangram::planner::price
