// Can these measurements be true? Looks for rows that contradict themselves or their neighbours:
// copied cells, slips of a digit, wrong units. A finding is a reason to look, not an error; real
// measurements have a few.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gpu/catalogue.h"
#include "perf/performance_table.h"

namespace tangram::perf {

enum class FindingKind {
    kThroughputLatency,  // throughput x mean latency differs from batch x processes by more than
                         // 5 % and 0.5 ms: Little's law, and half the last digit of a latency in ms
    kBatchJump,          // along batch sizes: a spike, a dip, or more than proportional growth
    kProcessJump,        // the same along processes
    kProfileJump,        // the same along profiles
    kRepeated,           // the latency, and the throughput (in all or per process), of a neighbour
    kPercentiles,        // a higher percentile with a smaller latency
    kContradiction,      // measured, and listed as infeasible
};
[[nodiscard]] std::string_view name(FindingKind kind);

struct Finding {
    FindingKind kind;
    OperatingPointId point;
    std::string place;    // "file:line" of the point
    std::string message;  // which point, the amounts, the neighbours
};

// All findings, in the order of the table's points. Compared are points that differ in one of
// batch, processes and profile only; profiles are put in order by the catalogue, and those of
// unknown GPUs or names are left out. Runs whose latency includes waiting (scenario Server) or
// several queries (MultiStream) do not obey the product rule and are left out of it. O(points log
// points).
[[nodiscard]] std::vector<Finding> check_table(const PerformanceTable& table,
                                               const gpu::Catalogue& catalogue);

}  // namespace tangram::perf
