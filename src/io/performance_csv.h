// Performance tables and lists of infeasible combinations, from CSV.
//
// Columns go by the names in the header, in any order.
//   gpu, model, profile      text; as the table writes them
//   batch or concurrency     whole number, 1 to 10^6; a row without one is skipped, with a warning
//   throughput_rps           > 0, at most 10^9; blank = not measured: without any other row that
//                            gives it the point is skipped, with a warning. Rounded down to 1/1000
//   <metric>_ms              > 0, at most 10^7; any number of such columns, at least one; blank =
//                            not measured. Rounded up to a nanosecond
//   latency_kind             optional: [scenario:]statistic; blank = mean; "none" = no latencies
//   procs                    optional, 1 to 1000; blank = 1, with a warning
//   source, precision, note  optional text; part of what makes a row unique
//   memory_mib               optional, > 0; blank = unknown; rounded up
//   estimated                optional: true, false or blank
//   gpc                      optional, for the reader's eye; not used
// Rows that differ in latency_kind only become one operating point with several measures. Errors
// name file, line, column, what was found and what was expected. Warnings sum up: one per kind.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "perf/performance_table.h"

namespace tangram::io {

// Adds the file's operating points to `into`. A file with neither throughput_rps nor latency_kind
// nor a <metric>_ms column is a list of infeasible combinations (source, gpu, model, profile, gpc,
// batch, procs) and is read as such. After an error `into` holds some of the file: discard it.
// Streams: O(size) time; space for the points.
[[nodiscard]] Result<void> read_performance_csv(std::istream& in, const std::string& place,
                                                perf::PerformanceTable& into,
                                                std::vector<std::string>& warnings);
[[nodiscard]] Result<void> read_performance_csv(std::string_view text, const std::string& place,
                                                perf::PerformanceTable& into,
                                                std::vector<std::string>& warnings);

// The same from a file; `place` in messages is `path`. kNotFound if it cannot be opened.
[[nodiscard]] Result<void> read_performance_file(const std::string& path,
                                                 perf::PerformanceTable& into,
                                                 std::vector<std::string>& warnings);

}  // namespace tangram::io
