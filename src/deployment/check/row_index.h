// The rows of the performance table by where and how they run: the checker's own look-up.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "deployment/deployment.h"
#include "workload/problem.h"

namespace tangram::deployment::check_parts {

// A run point on one profile of one GPU model, looked up in the table.
struct Row {
    perf::OperatingPointId point;  // invalid: the table has no such row
    bool fails = false;            // the table lists the combination as one that does not run
};

// Whether the point has this latency under this metric, of whatever statistic.
[[nodiscard]] bool has_measure(const perf::OperatingPoint& point, perf::MetricId metric,
                               Duration value);

class RowIndex {
public:
    // `problem` must outlive the index. O(points log points).
    explicit RowIndex(const workload::Problem& problem);

    // Where several rows differ in what a run point does not say (the scenario), one whose
    // throughput and latency are the stated ones is preferred, then the first.
    [[nodiscard]] Row find(const RunPoint& run, gpu::GpuModelId gpu, gpu::ProfileId profile) const;

private:
    // Model, GPU model, profile, batch, processes.
    using Key = std::tuple<perf::ModelId, gpu::GpuModelId, gpu::ProfileId, int, int>;
    using Place = std::pair<gpu::GpuModelId, gpu::ProfileId>;

    [[nodiscard]] Place place(const std::string& gpu, const std::string& profile);

    const workload::Problem& problem_;
    std::map<std::pair<std::string, std::string>, Place> places_;  // by names
    std::map<Key, std::vector<perf::OperatingPointId>> rows_;
    std::map<Key, bool> failing_;
};

}  // namespace tangram::deployment::check_parts
