// One timed run of one planner, and what every table needs of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "planner/planner.h"

namespace tangram::bench {

struct Run {
    planner::Outcome outcome;
    double seconds = 0;
};

// With a limit, the clock alone ends the run; without one, the planner's own work budget.
[[nodiscard]] Run solve(std::string_view planner, const planner::PlanningModel& model, int threads,
                        std::optional<double> limit_seconds);

[[nodiscard]] bool proven(const planner::Outcome& outcome);
// Of the plan; 0 without one.
[[nodiscard]] std::int64_t gpus_of(const planner::Outcome& outcome);

// The mean of the two middle values if there are two; 0 of none.
[[nodiscard]] double median(std::vector<double> values);
// The smallest value that at least `share` of the values do not exceed; requires a value.
[[nodiscard]] double quantile(std::vector<double> values, double share);

}  // namespace tangram::bench
