#include "deployment/check/row_index.h"

#include <algorithm>

namespace tangram::deployment::check_parts {

bool has_measure(const perf::OperatingPoint& point, perf::MetricId metric, Duration value) {
    return std::ranges::any_of(point.measures, [&](const perf::Measure& measure) {
        return measure.metric == metric && measure.value == value;
    });
}

RowIndex::RowIndex(const workload::Problem& problem) : problem_(problem) {
    for (const perf::OperatingPointId id : problem.table->points().ids()) {
        const perf::OperatingPoint& point = problem.table->point(id);
        const auto [gpu, profile] = place(point.gpu, point.profile);
        if (!profile.valid()) continue;
        rows_[{point.model, gpu, profile, point.batch, point.processes}].push_back(id);
    }
    for (const perf::Infeasible& row : problem.table->infeasible()) {
        const auto [gpu, profile] = place(row.gpu, row.profile);
        if (!profile.valid()) continue;
        failing_[{row.model, gpu, profile, row.batch, row.processes}] = true;
    }
}

RowIndex::Place RowIndex::place(const std::string& gpu, const std::string& profile) {
    const auto [it, added] = places_.try_emplace({gpu, profile});
    if (added) {
        if (const auto model = problem_.catalogue->find(gpu)) {
            it->second = {*model, problem_.catalogue->model(*model).find_profile(profile)};
        }
    }
    return it->second;
}

Row RowIndex::find(const RunPoint& run, gpu::GpuModelId gpu, gpu::ProfileId profile) const {
    Row row;
    const Key key{problem_.table->find_model(run.model), gpu, profile, run.batch, run.processes};
    row.fails = failing_.contains(key);
    const auto found = rows_.find(key);
    if (found == rows_.end()) return row;
    const perf::MetricId metric = problem_.table->find_metric(run.metric);
    for (const perf::OperatingPointId id : found->second) {
        const perf::OperatingPoint& point = problem_.table->point(id);
        const bool same = (run.precision.empty() || run.precision == point.precision) &&
                          (run.source.empty() || run.source == point.source);
        if (!same) continue;
        if (!row.point.valid()) row.point = id;
        if (point.throughput == run.throughput && has_measure(point, metric, run.latency)) {
            row.point = id;
            break;
        }
    }
    return row;
}

}  // namespace tangram::deployment::check_parts
