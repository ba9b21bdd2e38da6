// What a deployment says about operating points and GPU models, in its own words: the way from a
// planning model's ids to names. Shared by everything that writes a deployment.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "deployment/deployment.h"
#include "planner/planning_model.h"

namespace tangram::planner {

// How `service` is run by one of its options.
[[nodiscard]] deployment::RunPoint run_point(const PlanningModel& model, ServiceId service,
                                             const Option& option);

// The service's option on a type; null if it cannot use the type.
[[nodiscard]] const Option* option_on(const PlanningModel& model, ServiceId service,
                                      InstanceTypeId type);

// Run points, each once, in the order of first use. The references must outlive it.
class RunPoints {
public:
    RunPoints(const PlanningModel& model, deployment::Deployment& target)
        : model_(model), target_(target) {}

    // The service must have an option on the type (CHECKed).
    deployment::RunPointId of(ServiceId service, InstanceTypeId type);

private:
    struct Key {
        perf::OperatingPointId point;
        std::int64_t wait;
        perf::MetricId metric;
        int percentile;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };

    const PlanningModel& model_;
    deployment::Deployment& target_;
    std::unordered_map<Key, deployment::RunPointId, Hash> ids_;
};

// One DeployedModel per GPU model in use, with the profiles in use; and the way back to them.
class DeployedModels {
public:
    explicit DeployedModels(const PlanningModel& model)
        : model_(model), profile_of_(model.types.size(), -1) {}

    // Once, before the questions below. `types_used` by instance type.
    void build(const std::vector<bool>& types_used, deployment::Deployment& target);

    [[nodiscard]] int profile(InstanceTypeId type) const { return profile_of_[type.index()]; }
    [[nodiscard]] int gpu_model(FleetEntryId entry) const {
        return index_.at(model_.problem->fleet[entry].model);
    }

private:
    const PlanningModel& model_;
    std::map<gpu::GpuModelId, int> index_;
    std::vector<int> profile_of_;  // by instance type
};

}  // namespace tangram::planner
