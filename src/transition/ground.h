// Two deployments of one fleet in one numbering, and what may be on one GPU at the same time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "gpu/catalogue.h"
#include "transition/step_graph.h"
#include "workload/problem.h"

namespace tangram::transition {

using deployment::GpuIndex;
using deployment::RunPointId;
using deployment::ServiceNameId;

// An instance where it is; all numbers are the ground's.
struct Occupant {
    GpuIndex gpu;
    deployment::Instance instance;
};

struct Ground {
    std::vector<deployment::DeployedModel> models;
    std::vector<gpu::GpuModelId> model_ids;                // by model
    std::vector<std::vector<gpu::ProfileId>> profile_ids;  // by model, profile
    // By model, profile, profile: the rules allow both on one GPU.
    std::vector<std::vector<std::vector<bool>>> together;
    IdVector<ServiceNameId, std::string> services;      // the problem's first
    IdVector<RunPointId, deployment::RunPoint> points;  // each once
    IdVector<GpuIndex, deployment::DeployedGpu> gpus;   // without instances
    std::vector<Occupant> now;                // by GPU, start; on lost GPUs there are none
    std::vector<Occupant> then;               // the same of the target
    std::vector<deployment::WarmModel> warm;  // of the current deployment
    const workload::Problem* problem = nullptr;

    [[nodiscard]] const deployment::DeployedProfile& profile_of(const Occupant& one) const {
        return models[static_cast<std::size_t>(gpus[one.gpu].model)]
            .profiles[static_cast<std::size_t>(one.instance.profile)];
    }
    // Of the instance as its operating point states it; 0 where it is idle.
    [[nodiscard]] Rate capacity_of(const Occupant& one) const {
        return one.instance.service.valid() ? points[one.instance.point].throughput : Rate{};
    }
    // True if both, on one GPU, overlap or the rules forbid them together.
    [[nodiscard]] bool clash(const Occupant& a, const Occupant& b) const;
    // How many instances of an occupant's profile its GPU can hold at a time.
    [[nodiscard]] int most_of(const Occupant& one) const;
    // Numbers a GPU that is in neither deployment, of a model that is in one of them.
    GpuIndex add_gpu(std::string id, int model, std::string node);
    RunPointId add_point(const deployment::RunPoint& point);
    // The profile's number within the model, which gets it if it lacks it.
    int add_profile(int model, gpu::ProfileId profile);
};

// What the server is told is the same: a table measured anew restarts nothing.
[[nodiscard]] bool runs_alike(const deployment::RunPoint& a, const deployment::RunPoint& b);

// Steps of the ground's GPUs and instances, as yet without times.
[[nodiscard]] Step step_of(StepKind kind, const Occupant& who, bool temporary);
[[nodiscard]] Step gpu_step(StepKind kind, GpuIndex gpu);
// The same instances with nobody on them, as Step::layout has them.
[[nodiscard]] std::vector<deployment::Instance> idle_layout(std::span<const Occupant> on);

// `problem` must outlive the result. Errors: a GPU model or profile that the catalogue lacks, a GPU
// that the two deployments call by different models, that is lost and still in the target, or
// that one of them lists twice. O(instances log instances).
[[nodiscard]] Result<Ground> lay_ground(const workload::Problem& problem,
                                        const deployment::Deployment& current,
                                        const deployment::Deployment& target);

}  // namespace tangram::transition
