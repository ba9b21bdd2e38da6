// What a table measured on one GPU model may mean on another: an estimate, not a measurement, from
// numbers of SMs and memory bandwidths alone.
//
//   factor     = min(SMs of target / SMs of source, bandwidth of target / bandwidth of source)
//   throughput = measured x factor, rounded down; latencies = measured / factor, rounded up
//
// where the bandwidth of an instance is its memory slices' share of the GPU's. The smaller ratio is
// the safe side of a roofline: a model bound by either resource is not promised more than that
// resource grew. Ours; what it cannot know (clocks, caches, what an SM of another architecture
// does, overheads that do not scale) is in docs/algorithms.md.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/catalogue.h"
#include "perf/performance_table.h"

namespace tangram::perf {

struct TableEstimate {
    PerformanceTable table;             // estimated points only, all on the target
    std::vector<std::string> warnings;  // what was left out and why; how far to trust the rest
};

// For every model, batch and number of processes measured on `from`, and every plain profile of
// `to` with known SMs: one point, from the source profile with the nearest number of SMs (ratio
// nearest to 1; then the nearest bandwidth, then more SMs) among those that ran in no more memory
// than the target profile has. Batches and processes stay as they were measured, memory_mib too,
// because it does not scale. Estimates are not estimated from again.
// Fails, saying why, where both are one model, a bandwidth or every number of SMs is unknown, `to`
// has no published placements, or nothing of the table can be carried over.
// O(points x profiles).
[[nodiscard]] Result<TableEstimate> estimate_table(const PerformanceTable& measured,
                                                   const gpu::Catalogue& catalogue,
                                                   gpu::GpuModelId from, gpu::GpuModelId to);

}  // namespace tangram::perf
