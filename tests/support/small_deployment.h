// Deployments for tests, in a few lines, run as a problem's planning model would run them:
//
//   SmallDeployment now(model);
//   now.gpu("g0").on("2g", 0, "a").on("1g", 2, "b", Phase::kDraining).idle("1g", 3);
//   const deployment::Deployment current = now.build();
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "deployment/deployment.h"
#include "planner/deployed_names.h"
#include "planner/planning_model.h"

namespace tangram::test {

class SmallDeployment {
public:
    // The model must outlive it.
    explicit SmallDeployment(const planner::PlanningModel& model) : model_(model) {
        for (const workload::Service& service : model.problem->services) {
            result_.services.push_back({service.name, service.rate});
        }
    }

    SmallDeployment& gpu(const std::string& id, const std::string& gpu_model = "Seven",
                         const std::string& node = {}) {
        const gpu::GpuModel& known = catalogue_model(gpu_model);
        const auto at =
            std::ranges::find(result_.models, known.name, &deployment::DeployedModel::name);
        const auto index = static_cast<int>(at - result_.models.begin());
        if (at == result_.models.end()) {
            deployment::DeployedModel model{known.name, known.memory_slices.value_or(0), {}};
            for (const gpu::MigProfile& profile : known.profiles) {
                model.profiles.push_back({profile.name, profile.size, profile.compute_slices});
            }
            result_.models.push_back(std::move(model));
        }
        result_.gpus.push_back({id, index, node, deployment::GpuStatus::kOk, {}});
        return *this;
    }
    SmallDeployment& status(deployment::GpuStatus status) {
        last_gpu().status = status;
        return *this;
    }

    // A replica of a service of the problem, on its best operating point there.
    SmallDeployment& on(const std::string& profile, int start, const std::string& service,
                        deployment::Phase phase = deployment::Phase::kServing) {
        const planner::ServiceId id = service_id(service);
        const gpu::GpuModel& known =
            catalogue_model(result_.models[static_cast<std::size_t>(last_gpu().model)].name);
        for (const planner::Option& option : model_.options_of(id)) {
            const planner::InstanceType& type = model_.types[option.type];
            const gpu::GpuModel& offered = model_.problem->gpu_model(type.entry);
            if (offered.name != known.name || offered.profiles[type.profile].name != profile) {
                continue;
            }
            return run(profile, start, service, planner::run_point(model_, id, option), phase);
        }
        CHECK(false, service + " cannot use " + profile);
        return *this;
    }
    // A replica of any service, the problem's or not.
    SmallDeployment& run(const std::string& profile, int start, const std::string& service,
                         const deployment::RunPoint& point,
                         deployment::Phase phase = deployment::Phase::kServing) {
        idle(profile, start, phase);
        deployment::Instance& instance = last_gpu().instances.back();
        std::size_t s = 0;
        while (s < result_.services.size() && result_.services.raw()[s].name != service) ++s;
        if (s == result_.services.size()) result_.services.push_back({service, point.throughput});
        instance.service = deployment::ServiceNameId{s};
        instance.point = result_.points.push_back(point);
        return *this;
    }
    SmallDeployment& idle(const std::string& profile, int start,
                          deployment::Phase phase = deployment::Phase::kIdle) {
        deployment::Instance instance;
        const auto& profiles = result_.models[static_cast<std::size_t>(last_gpu().model)].profiles;
        const auto at = std::ranges::find(profiles, profile, &deployment::DeployedProfile::name);
        CHECK(at != profiles.end(), "no profile " + profile);
        instance.profile = static_cast<int>(at - profiles.begin());
        instance.start = start;
        instance.phase = phase;
        last_gpu().instances.push_back(instance);
        return *this;
    }
    [[nodiscard]] deployment::Deployment& edit() { return result_; }
    [[nodiscard]] deployment::Deployment build() const { return result_; }

private:
    [[nodiscard]] const gpu::GpuModel& catalogue_model(const std::string& name) const {
        const gpu::Catalogue& catalogue = *model_.problem->catalogue;
        return catalogue.model(catalogue.find(name).value());
    }
    [[nodiscard]] planner::ServiceId service_id(std::string_view name) const {
        for (const planner::ServiceId id : model_.problem->services.ids()) {
            if (model_.problem->services[id].name == name) return id;
        }
        CHECK(false, "no service " + std::string(name));
        return {};
    }
    [[nodiscard]] deployment::DeployedGpu& last_gpu() {
        return result_.gpus[deployment::GpuIndex{result_.gpus.size() - 1}];
    }

    const planner::PlanningModel& model_;
    deployment::Deployment result_;
};

}  // namespace tangram::test
