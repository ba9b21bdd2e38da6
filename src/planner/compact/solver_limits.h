// Budgets and deadlines of a planner as limits of the solver.
#pragma once

#include "lp/model.h"
#include "planner/planner.h"

namespace tangram::planner::compact {

// Work of one simplex iteration on this program: its rows and columns.
[[nodiscard]] std::uint64_t iteration_work(const lp::Model& program);

// `spent` is work already done. A deadline in the past gives a limit of zero seconds.
[[nodiscard]] lp::Options solver_limits(const lp::Model& program, const PlanOptions& options,
                                        std::uint64_t spent);

// "cancelled", "deadline" or "work budget": why the solver stopped early.
[[nodiscard]] std::string stop_reason(const lp::Solution& solution, const PlanOptions& options);

}  // namespace tangram::planner::compact
