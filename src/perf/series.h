// Operating points in rows: those that differ in one thing only, in its order.
#pragma once

#include <cstdint>
#include <vector>

#include "gpu/catalogue.h"
#include "perf/performance_table.h"

namespace tangram::perf {

enum class Axis { kBatch, kProcesses, kProfile };

struct SeriesPoint {
    OperatingPointId id;
    std::int64_t value = 0;  // batch, processes, or compute slices
};

// Ascending by value, which no two share.
using Series = std::vector<SeriesPoint>;

// All series of at least two points, in a fixed order. Along profiles only plain ones of GPUs the
// catalogue knows are taken. O(points log points).
[[nodiscard]] std::vector<Series> series_along(Axis axis, const PerformanceTable& table,
                                               const gpu::Catalogue& catalogue);

}  // namespace tangram::perf
