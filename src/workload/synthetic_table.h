// Performance tables for trials on GPUs nobody measured: not measurements, and every point says so
// (source "synthetic").
#pragma once

#include <memory>
#include <string_view>

#include "gpu/catalogue.h"
#include "perf/performance_table.h"

namespace tangram::workload {

// The table a family of random problems (generator.h) works on; most work on `table` itself.
//   irregular              throughput and latency scaled by the SM counts of an H100 SXM
//   no-1g                  without the smallest profile of every other model
//   mixed-2, mixed-3, ...  `table`, and points for an H100 SXM (and an A30) scaled by SM counts and
//                          by a factor per model, so that no GPU suits all models best
[[nodiscard]] bool has_own_table(std::string_view family);
[[nodiscard]] std::shared_ptr<const perf::PerformanceTable> derive_table(
    std::string_view family, const gpu::Catalogue& catalogue,
    std::shared_ptr<const perf::PerformanceTable> table);

}  // namespace tangram::workload
