// Performance tables as CSV, in the columns of performance_csv.h.
#pragma once

#include <string>

#include "perf/performance_table.h"

namespace tangram::io {

// A table that reads back as the same points: one row per statistic of a point, amounts exact. Of
// combinations listed as infeasible nothing is written. O(points).
[[nodiscard]] std::string write_performance_csv(const perf::PerformanceTable& table);

}  // namespace tangram::io
