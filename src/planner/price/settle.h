// Demands of many instances, decided together.
//
// The cuts' covers of such a demand lie hundreds of instances apart, too coarse to diffuse. With
// all other covers fixed, a small LP chooses convex combinations of each wide demand's covers and
// the partitions: a vertex of it leaves at most K demands (one per instance type) fractional, all
// others take one cover as it is. The few fractional ones take a cover near their combination,
// which with many instances costs next to nothing: its whole part is fixed and the rest covered.
// Source: ours; the vertex argument is that of the generalised assignment problem's LP.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/price/assignment.h"
#include "planner/price/bound.h"

namespace tangram::planner::price {

// Sets the covers of `demands` in `assignment`, whose totals are those of all other demands and are
// brought up to date. Returns the LP's partitions in GPUs (fractional), or nothing if it failed;
// then the assignment is unchanged.
[[nodiscard]] std::vector<double> settle(const PlanningModel& model, const Bound& bound,
                                         std::span<const ServiceId> demands, Assignment& assignment,
                                         std::uint64_t& work);

}  // namespace tangram::planner::price
