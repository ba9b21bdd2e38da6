#include "transition/ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "gpu/company.h"

namespace tangram::transition {
namespace {

using deployment::DeployedGpu;
using deployment::Deployment;
using deployment::GpuStatus;
using deployment::RunPoint;

// What a deployment's numbers are on the ground; filled as they are met.
struct Numbers {
    std::vector<std::vector<int>> profiles;  // by model, profile; -1: not met yet
    std::vector<ServiceNameId> services;
    std::vector<RunPointId> points;

    explicit Numbers(const Deployment& deployment)
        : services(deployment.services.size()), points(deployment.points.size()) {
        for (const auto& model : deployment.models) {
            profiles.emplace_back(model.profiles.size(), -1);
        }
    }
};

class Builder {
public:
    explicit Builder(const workload::Problem& problem) {
        ground_.problem = &problem;
        for (const workload::Service& service : problem.services) service_id(service.name);
    }

    Result<void> add(const Deployment& deployment, bool is_target) {
        std::vector<bool> seen(ground_.gpus.size(), false);
        Numbers numbers(deployment);
        for (const DeployedGpu& gpu : deployment.gpus) {
            const Result<GpuIndex> id = gpu_id(deployment, gpu, is_target);
            if (!id) return id.error();
            seen.resize(ground_.gpus.size(), false);
            if (seen[id->index()]) return twice(gpu, is_target);
            seen[id->index()] = true;
            if (gpu.status == GpuStatus::kLost) continue;
            for (const deployment::Instance& instance : gpu.instances) {
                Occupant one{*id, instance};
                const Result<void> done = renumber(deployment, gpu, numbers, one);
                if (!done) return done.error();
                (is_target ? ground_.then : ground_.now).push_back(one);
            }
        }
        return {};
    }

    Ground finish() {
        for (std::vector<Occupant>* list : {&ground_.now, &ground_.then}) {
            std::ranges::sort(*list, {}, [](const Occupant& one) {
                return std::tuple(one.gpu, one.instance.start, one.instance.profile);
            });
        }
        return std::move(ground_);
    }

private:
    static Error twice(const DeployedGpu& gpu, bool is_target) {
        return invalid_input(fmt::format("the {} deployment lists GPU {} twice",
                                         is_target ? "target" : "current", gpu.id));
    }

    ServiceNameId service_id(const std::string& name) {
        const auto [at, is_new] = services_.try_emplace(name, ground_.services.size());
        if (is_new) ground_.services.push_back(name);
        return ServiceNameId{at->second};
    }

    Result<int> model_id(const std::string& name) {
        const Result<gpu::GpuModelId> id = ground_.problem->catalogue->find(name);
        if (!id) return id.error();
        const auto known = std::ranges::find(ground_.model_ids, *id);
        if (known != ground_.model_ids.end()) {
            return static_cast<int>(known - ground_.model_ids.begin());
        }
        const gpu::GpuModel& model = ground_.problem->catalogue->model(*id);
        ground_.models.push_back({model.name, model.memory_slices.value_or(0), {}});
        ground_.model_ids.push_back(*id);
        ground_.profile_ids.emplace_back();
        ground_.together.emplace_back();
        return static_cast<int>(ground_.models.size() - 1);
    }

    Result<GpuIndex> gpu_id(const Deployment& deployment, const DeployedGpu& gpu, bool is_target) {
        const Result<int> model =
            model_id(deployment.models[static_cast<std::size_t>(gpu.model)].name);
        if (!model) return model.error();
        const auto [at, is_new] = gpus_.try_emplace(gpu.id, ground_.gpus.size());
        const GpuIndex id{at->second};
        if (is_new) {
            ground_.gpus.push_back({gpu.id, *model, gpu.node, gpu.status, {}});
            return id;
        }
        DeployedGpu& known = ground_.gpus[id];
        if (known.model != *model) {
            const auto name = [&](int m) -> const std::string& {
                return ground_.models[static_cast<std::size_t>(m)].name;
            };
            return invalid_input(fmt::format("GPU {} is a {} now and a {} in the target", gpu.id,
                                             name(known.model), name(*model)));
        }
        if (is_target && known.status != GpuStatus::kOk) {
            return invalid_input(
                fmt::format("GPU {} is {} and still in the target", gpu.id,
                            known.status == GpuStatus::kLost ? "lost" : "excluded"));
        }
        return id;
    }

    Result<void> renumber(const Deployment& deployment, const DeployedGpu& gpu, Numbers& numbers,
                          Occupant& one) {
        deployment::Instance& instance = one.instance;
        const auto m = static_cast<std::size_t>(gpu.model);
        const auto p = static_cast<std::size_t>(instance.profile);
        int& profile = numbers.profiles[m][p];
        if (profile < 0) {
            const int model = ground_.gpus[one.gpu].model;
            const gpu::GpuModel& known = ground_.problem->catalogue->model(
                ground_.model_ids[static_cast<std::size_t>(model)]);
            const std::string& name = deployment.models[m].profiles[p].name;
            const gpu::ProfileId id = known.find_profile(name);
            if (!id.valid()) {
                return invalid_input(fmt::format("{} has no profile {}, which GPU {} is cut into",
                                                 known.name, name, gpu.id));
            }
            profile = ground_.add_profile(model, id);
        }
        instance.profile = profile;
        if (!instance.service.valid()) return {};
        ServiceNameId& service = numbers.services[instance.service.index()];
        if (!service.valid()) service = service_id(deployment.services[instance.service].name);
        RunPointId& point = numbers.points[instance.point.index()];
        if (!point.valid()) point = ground_.add_point(deployment.points[instance.point]);
        instance.service = service;
        instance.point = point;
        return {};
    }

    Ground ground_;
    std::unordered_map<std::string, std::size_t> services_, gpus_;
};

}  // namespace

bool runs_alike(const RunPoint& a, const RunPoint& b) {
    return a.model == b.model && a.precision == b.precision && a.batch == b.batch &&
           a.processes == b.processes && a.max_wait == b.max_wait;
}

bool Ground::clash(const Occupant& a, const Occupant& b) const {
    if (a.gpu != b.gpu) return false;
    if (a.instance.start < b.instance.start + profile_of(b).size &&
        b.instance.start < a.instance.start + profile_of(a).size) {
        return true;
    }
    const auto& allowed = together[static_cast<std::size_t>(gpus[a.gpu].model)];
    return !allowed[static_cast<std::size_t>(a.instance.profile)]
                   [static_cast<std::size_t>(b.instance.profile)];
}

int Ground::most_of(const Occupant& one) const {
    const auto m = static_cast<std::size_t>(gpus[one.gpu].model);
    const gpu::ProfileId profile = profile_ids[m][static_cast<std::size_t>(one.instance.profile)];
    return problem->catalogue->model(model_ids[m]).profiles[profile].max_instances;
}

GpuIndex Ground::add_gpu(std::string id, int model, std::string node) {
    return gpus.push_back({std::move(id), model, std::move(node), GpuStatus::kOk, {}});
}

RunPointId Ground::add_point(const RunPoint& point) {
    for (const RunPointId id : points.ids()) {
        if (points[id] == point) return id;
    }
    return points.push_back(point);
}

int Ground::add_profile(int model, gpu::ProfileId profile) {
    const auto m = static_cast<std::size_t>(model);
    const auto known = std::ranges::find(profile_ids[m], profile);
    if (known != profile_ids[m].end()) return static_cast<int>(known - profile_ids[m].begin());
    const gpu::MigProfile& mig = problem->catalogue->model(model_ids[m]).profiles[profile];
    profile_ids[m].push_back(profile);
    models[m].profiles.push_back({mig.name, mig.size, mig.compute_slices});
    const gpu::Company company(problem->catalogue->model(model_ids[m]), problem->rules);
    auto& allowed = together[m];
    allowed.emplace_back();
    for (std::size_t other = 0; other < allowed.size(); ++other) {
        const bool both = company.allows(profile, profile_ids[m][other]);
        allowed.back().push_back(both);
        if (other + 1 < allowed.size()) allowed[other].push_back(both);
    }
    return static_cast<int>(profile_ids[m].size() - 1);
}

Step step_of(StepKind kind, const Occupant& who, bool temporary) {
    Step step = gpu_step(kind, who.gpu);
    step.profile = who.instance.profile;
    step.start = who.instance.start;
    step.temporary = temporary;
    if (kind != StepKind::kCreate && kind != StepKind::kDestroy) {
        step.service = who.instance.service;
        step.point = who.instance.point;
    }
    return step;
}

Step gpu_step(StepKind kind, GpuIndex gpu) {
    Step step;
    step.kind = kind;
    step.gpu = gpu;
    return step;
}

std::vector<deployment::Instance> idle_layout(std::span<const Occupant> on) {
    std::vector<deployment::Instance> layout;
    for (const Occupant& who : on) {
        layout.push_back(
            {who.instance.profile, who.instance.start, {}, {}, deployment::Phase::kIdle});
    }
    std::ranges::sort(layout, {}, &deployment::Instance::start);
    return layout;
}

Result<Ground> lay_ground(const workload::Problem& problem, const Deployment& current,
                          const Deployment& target) {
    Builder builder(problem);
    if (Result<void> done = builder.add(current, false); !done) return done.error();
    if (Result<void> done = builder.add(target, true); !done) return done.error();
    Ground ground = builder.finish();
    ground.warm = current.warm;
    return ground;
}

}  // namespace tangram::transition
