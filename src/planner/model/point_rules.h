// What decides about an operating point whatever the service: where it can run in this fleet, and
// which of two is better. Shared by the fast choice (option_finder.h) and its explanation
// (planner/point_verdicts.h).
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "gpu/gpu_model.h"
#include "perf/performance_table.h"
#include "workload/problem.h"

namespace tangram::planner::model {

// Where a table row belongs. Either id is invalid if the catalogue does not have it.
struct PointPlace {
    gpu::GpuModelId gpu;
    gpu::ProfileId profile;
    bool tried_and_failed = false;  // listed as a combination that does not run

    [[nodiscard]] bool known() const { return gpu.valid() && profile.valid(); }
};

// Finds the places of table rows; each name is looked up once. Not thread-safe.
class PointResolver {
public:
    // `problem` must outlive the resolver.
    explicit PointResolver(const workload::Problem& problem);

    [[nodiscard]] PointPlace resolve(const perf::OperatingPoint& point);

private:
    [[nodiscard]] gpu::GpuModelId find_gpu(const std::string& name);
    [[nodiscard]] gpu::ProfileId find_profile(gpu::GpuModelId gpu, const std::string& name);

    const workload::Problem* problem_;
    std::unordered_map<std::string, gpu::GpuModelId> gpus_;
    IdVector<gpu::GpuModelId, std::unordered_map<std::string, gpu::ProfileId>> profiles_;
    // (model, GPU, profile, batch, processes)
    std::set<std::tuple<perf::ModelId, gpu::GpuModelId, gpu::ProfileId, int, int>> failed_;
};

// True if the row's memory and the profile's are known and the row needs more.
[[nodiscard]] bool too_large(const perf::OperatingPoint& point, const gpu::MigProfile& profile);

// True if no service may use the row: an estimate where none are allowed, without throughput, tried
// and failed, too large, or not on a GPU of the catalogue.
[[nodiscard]] bool unusable(const workload::Problem& problem, const PointPlace& place,
                            const perf::OperatingPoint& point);

// The order of preference among admissible rows on one profile: measured before estimated, more
// throughput, then a smaller batch, then fewer processes, then table order. A strict total order.
[[nodiscard]] bool preferred(const perf::PerformanceTable& table, perf::OperatingPointId a,
                             perf::OperatingPointId b);

}  // namespace tangram::planner::model
