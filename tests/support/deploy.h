// Deployments for tests, written in a few lines:
//
//   Deploy now(problem);
//   now.put("gpu-0", "2g", 0, "a").put("gpu-0", "2g", 2, "b");   // GPU, profile, start, service
//
// GPUs are of the problem's first kind; a service runs its model's first row of that profile.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "deployment/deployment.h"
#include "workload/problem.h"

namespace tangram::test {

class Deploy {
public:
    explicit Deploy(const workload::Problem& problem) : problem_(problem) {
        const auto id = problem.fleet[workload::FleetEntryId{0}].model;
        const gpu::GpuModel& model = problem.catalogue->model(id);
        deployment::DeployedModel known{model.name, model.memory_slices.value_or(0), {}};
        for (const gpu::MigProfile& profile : model.profiles) {
            known.profiles.push_back({profile.name, profile.size, profile.compute_slices});
        }
        deployment_.models.push_back(std::move(known));
        for (const workload::Service& service : problem.services) {
            deployment_.services.push_back({service.name, service.rate});
        }
    }

    // No service: an idle instance.
    Deploy& put(const std::string& gpu, const std::string& profile, int start,
                const std::string& service = "") {
        auto at = std::ranges::find(deployment_.gpus, gpu, &deployment::DeployedGpu::id);
        if (at == deployment_.gpus.end()) {
            deployment_.gpus.push_back({gpu, 0, "", deployment::GpuStatus::kOk, {}});
            at = deployment_.gpus.end() - 1;
        }
        const auto& profiles = deployment_.models[0].profiles;
        const auto known = std::ranges::find(profiles, profile, &deployment::DeployedProfile::name);
        CHECK(known != profiles.end(), profile);
        deployment::Instance instance;
        instance.profile = static_cast<int>(known - profiles.begin());
        instance.start = start;
        instance.phase = deployment::Phase::kIdle;
        if (!service.empty()) run(instance, profile, service);
        at->instances.push_back(instance);
        std::ranges::sort(at->instances, {}, &deployment::Instance::start);
        return *this;
    }

    [[nodiscard]] const deployment::Deployment& get() const { return deployment_; }
    [[nodiscard]] deployment::Deployment& edit() { return deployment_; }

private:
    void run(deployment::Instance& instance, const std::string& profile, const std::string& name) {
        const auto service = std::ranges::find(problem_.services, name, &workload::Service::name);
        CHECK(service != problem_.services.end(), name);
        deployment::RunPoint point;
        point.model = problem_.table->models()[service->model];
        for (const perf::OperatingPoint& row : problem_.table->points()) {
            if (row.model != service->model || row.profile != profile) continue;
            point.throughput = row.throughput;
            break;
        }
        instance.service = deployment::ServiceNameId{
            static_cast<std::size_t>(service - problem_.services.begin())};
        instance.point = deployment_.points.push_back(point);
        instance.phase = deployment::Phase::kServing;
    }

    const workload::Problem& problem_;
    deployment::Deployment deployment_;
};

}  // namespace tangram::test
