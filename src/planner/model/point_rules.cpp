#include "planner/model/point_rules.h"

namespace tangram::planner::model {

PointResolver::PointResolver(const workload::Problem& problem)
    : problem_(&problem), profiles_(problem.catalogue->models().size()) {
    for (const perf::Infeasible& row : problem.table->infeasible()) {
        const gpu::GpuModelId gpu = find_gpu(row.gpu);
        if (!gpu.valid()) continue;
        const gpu::ProfileId profile = find_profile(gpu, row.profile);
        failed_.emplace(row.model, gpu, profile, row.batch, row.processes);
    }
}

gpu::GpuModelId PointResolver::find_gpu(const std::string& name) {
    const auto [it, added] = gpus_.try_emplace(name);
    if (added) {
        const auto found = problem_->catalogue->find(name);
        if (found) it->second = *found;
    }
    return it->second;
}

gpu::ProfileId PointResolver::find_profile(gpu::GpuModelId gpu, const std::string& name) {
    const auto [it, added] = profiles_[gpu].try_emplace(name);
    if (added) it->second = problem_->catalogue->model(gpu).find_profile(name);
    return it->second;
}

PointPlace PointResolver::resolve(const perf::OperatingPoint& point) {
    PointPlace place;
    place.gpu = find_gpu(point.gpu);
    if (!place.gpu.valid()) return place;
    place.profile = find_profile(place.gpu, point.profile);
    place.tried_and_failed =
        failed_.contains({point.model, place.gpu, place.profile, point.batch, point.processes});
    return place;
}

bool too_large(const perf::OperatingPoint& point, const gpu::MigProfile& profile) {
    return point.memory && profile.memory && *point.memory > *profile.memory;
}

bool unusable(const workload::Problem& problem, const PointPlace& place,
              const perf::OperatingPoint& point) {
    if (!place.known() || place.tried_and_failed || point.throughput.count() <= 0) return true;
    if (point.estimated && !problem.allow_estimates) return true;
    return too_large(point, problem.catalogue->model(place.gpu).profiles[place.profile]);
}

bool preferred(const perf::PerformanceTable& table, perf::OperatingPointId a,
               perf::OperatingPointId b) {
    const perf::OperatingPoint& first = table.point(a);
    const perf::OperatingPoint& second = table.point(b);
    if (first.estimated != second.estimated) return second.estimated;
    if (perf::better(first, second)) return true;
    if (perf::better(second, first)) return false;
    return a < b;
}

}  // namespace tangram::planner::model
