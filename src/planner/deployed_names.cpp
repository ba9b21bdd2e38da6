#include "planner/deployed_names.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::planner {

deployment::RunPoint run_point(const PlanningModel& model, ServiceId service,
                               const Option& option) {
    const workload::Problem& problem = *model.problem;
    const workload::Service& asked = problem.services[service];
    const perf::OperatingPoint& point = problem.table->point(option.point);
    const perf::Measure* measure = perf::measure_for(point, asked.slo.front());
    CHECK(measure != nullptr, "an operating point without its objective's measure");
    const InstanceType& type = model.types[option.type];
    const gpu::MigProfile& profile = problem.gpu_model(type.entry).profiles[type.profile];
    deployment::RunPoint run;
    run.model = problem.table->models()[point.model];
    run.precision = point.precision;
    run.batch = point.batch;
    run.processes = point.processes;
    run.max_wait = asked.max_wait;
    run.throughput = point.throughput;
    run.metric = problem.table->metrics()[measure->metric];
    run.latency = measure->value;
    run.source = point.source;
    run.estimated = point.estimated;
    run.memory_known = point.memory.has_value() && profile.memory.has_value();
    return run;
}

const Option* option_on(const PlanningModel& model, ServiceId service, InstanceTypeId type) {
    for (const Option& option : model.options_of(service)) {
        if (option.type == type) return &option;
    }
    return nullptr;
}

std::size_t RunPoints::Hash::operator()(const Key& key) const {
    std::size_t hash = key.point.index();
    for (const std::size_t part : {static_cast<std::size_t>(key.wait), key.metric.index(),
                                   static_cast<std::size_t>(key.percentile)}) {
        hash = hash * 1'000'003 + part;
    }
    return hash;
}

deployment::RunPointId RunPoints::of(ServiceId service, InstanceTypeId type) {
    const workload::Service& asked = model_.problem->services[service];
    const Option* option = option_on(model_, service, type);
    CHECK(option != nullptr, "an instance the service cannot use");
    const perf::Objective& objective = asked.slo.front();
    const Key key{option->point, asked.max_wait.count(), objective.metric,
                  objective.percentile.value_or(-1)};
    const auto [it, added] = ids_.try_emplace(key);
    if (added) it->second = target_.points.push_back(run_point(model_, service, *option));
    return it->second;
}

void DeployedModels::build(const std::vector<bool>& types_used, deployment::Deployment& target) {
    const workload::Problem& problem = *model_.problem;
    // Types are by entry, then profile; entries of one GPU model share its list.
    for (const InstanceTypeId type : model_.types.ids()) {
        if (!types_used[type.index()]) continue;
        const FleetEntryId entry = model_.types[type].entry;
        const gpu::GpuModel& gpu = problem.gpu_model(entry);
        const auto [it, added] =
            index_.try_emplace(problem.fleet[entry].model, static_cast<int>(index_.size()));
        if (added) target.models.push_back({gpu.name, gpu.memory_slices.value_or(0), {}});
        auto& profiles = target.models[static_cast<std::size_t>(it->second)].profiles;
        const gpu::MigProfile& profile = gpu.profiles[model_.types[type].profile];
        auto known = std::ranges::find(profiles, profile.name, &deployment::DeployedProfile::name);
        if (known == profiles.end()) {
            profiles.push_back({profile.name, profile.size, profile.compute_slices});
            known = profiles.end() - 1;
        }
        profile_of_[type.index()] = static_cast<int>(known - profiles.begin());
    }
}

}  // namespace tangram::planner
