#include "transition/execute_state.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "deployment/warm.h"

namespace tangram::transition {

using deployment::DeployedGpu;
using deployment::DeployedModel;
using deployment::DeployedProfile;
using deployment::GpuIndex;
using deployment::GpuStatus;
using deployment::Instance;
using deployment::Phase;
using deployment::ServiceNameId;

MovingDeployment::MovingDeployment(const deployment::Deployment& current, const StepGraph& graph)
    : graph_(graph), state_(current) {
    state_.claimed_gpus.reset();
    state_.claimed_cost.reset();
    add_names();
    add_gpus();
    for (const GpuIndex g : state_.gpus.ids()) {
        const DeployedGpu& gpu = state_.gpus[g];
        if (gpu.status == GpuStatus::kOk && !gpu.instances.empty()) in_use_.insert(g);
    }
}

void MovingDeployment::add_names() {
    for (const std::string& name : graph_.services) {
        ServiceNameId found;
        for (const ServiceNameId id : state_.services.ids()) {
            if (state_.services[id].name == name) found = id;
        }
        if (!found.valid()) found = state_.services.push_back({name, Rate{}, {}, {}});
        services_.push_back(found);
    }
    first_point_ = state_.points.size();
    for (const deployment::RunPoint& point : graph_.points) state_.points.push_back(point);
}

// Every GPU of the graph gets a model that has all profiles the graph names.
void MovingDeployment::add_gpus() {
    const std::size_t models = state_.models.size();
    for (const DeployedModel& model : graph_.models) state_.models.push_back(model);
    for (const DeployedGpu& touched : graph_.gpus) {
        GpuIndex found;
        for (const GpuIndex id : state_.gpus.ids()) {
            if (state_.gpus[id].id == touched.id) found = id;
        }
        if (!found.valid()) {
            found = state_.gpus.push_back(
                {touched.id, touched.model + static_cast<int>(models), touched.node, {}, {}});
        }
        gpus_.push_back(found);
        auto& known = state_.models[static_cast<std::size_t>(state_.gpus[found].model)].profiles;
        for (const DeployedProfile& profile :
             graph_.models[static_cast<std::size_t>(touched.model)].profiles) {
            const bool there = std::ranges::any_of(
                known, [&](const DeployedProfile& p) { return p.name == profile.name; });
            if (!there) known.push_back(profile);
        }
    }
}

int MovingDeployment::profile_of(const Step& step, int profile) const {
    const auto model = static_cast<std::size_t>(graph_.gpus[step.gpu].model);
    const std::string& name = graph_.models[model].profiles[static_cast<std::size_t>(profile)].name;
    const DeployedGpu& gpu = state_.gpus[gpus_[step.gpu]];
    const auto& known = state_.models[static_cast<std::size_t>(gpu.model)].profiles;
    const auto found =
        std::ranges::find_if(known, [&](const DeployedProfile& p) { return p.name == name; });
    CHECK(found != known.end(), name);
    return static_cast<int>(found - known.begin());
}

const Instance* MovingDeployment::find(const Step& step) const {
    if (step.profile < 0) return nullptr;
    const int profile = profile_of(step, step.profile);
    for (const Instance& instance : state_.gpus[gpus_[step.gpu]].instances) {
        if (instance.profile == profile && instance.start == step.start) return &instance;
    }
    return nullptr;
}

Instance& MovingDeployment::instance(const Step& step) {
    const Instance* found = find(step);
    CHECK(found != nullptr, "a step about an instance that is not there");
    return gpu(step).instances[static_cast<std::size_t>(found - gpu(step).instances.data())];
}

bool MovingDeployment::serves(const Step& step) const {
    const Instance* found = find(step);
    return found != nullptr && found->phase == Phase::kServing &&
           state_.gpus[gpus_[step.gpu]].status != GpuStatus::kLost;
}

void MovingDeployment::begin(const Step& step) {
    switch (step.kind) {
        case StepKind::kAcquire:
            in_use_.insert(gpus_[step.gpu]);
            break;
        case StepKind::kCreate:
            if (find(step) == nullptr) {
                auto& instances = gpu(step).instances;
                instances.push_back(
                    {profile_of(step, step.profile), step.start, {}, {}, Phase::kCreating});
                std::ranges::sort(instances, {}, &Instance::start);
            }
            instance(step).phase = Phase::kCreating;
            break;
        case StepKind::kApply:
            for (Instance& old : gpu(step).instances) old.phase = Phase::kDestroying;
            break;
        case StepKind::kStart:
            instance(step).service = services_[step.service];
            instance(step).point = deployment::RunPointId{first_point_ + step.point.index()};
            instance(step).phase = Phase::kStarting;
            break;
        case StepKind::kRoute:  // ready, or draining, until it has ended
        case StepKind::kRelease:
            break;
        case StepKind::kDrain:
            instance(step).phase = Phase::kDraining;
            break;
        case StepKind::kStop:
            instance(step).phase = Phase::kStopping;
            break;
        case StepKind::kDestroy:
            instance(step).phase = Phase::kDestroying;
            break;
    }
}

void MovingDeployment::end(const Step& step) {
    switch (step.kind) {
        case StepKind::kAcquire:
        case StepKind::kDrain:  // has answered all requests, but the process is there
            break;
        case StepKind::kCreate:
            instance(step).phase = Phase::kIdle;
            break;
        case StepKind::kApply:
            gpu(step).instances.clear();
            for (const Instance& placed : step.layout) {
                gpu(step).instances.push_back(
                    {profile_of(step, placed.profile), placed.start, {}, {}, Phase::kIdle});
            }
            std::ranges::sort(gpu(step).instances, {}, &Instance::start);
            break;
        case StepKind::kStart:
            instance(step).phase = Phase::kReady;
            break;
        case StepKind::kRoute:
            instance(step).phase = Phase::kServing;
            break;
        case StepKind::kStop: {
            Instance& stopped = instance(step);
            if (stopped.point.valid()) {
                deployment::note_stopped(state_, deployment::place_of(gpu(step)),
                                         state_.points[stopped.point].model);
            }
            // What failed before it was stopped is not used again.
            stopped.phase = Phase::kIdle;
            stopped.service = {};
            stopped.point = {};
            break;
        }
        case StepKind::kDestroy: {
            auto& instances = gpu(step).instances;
            instances.erase(instances.begin() + (find(step) - instances.data()));
            break;
        }
        case StepKind::kRelease:
            gpu(step).instances.clear();  // nobody's any more
            in_use_.erase(gpus_[step.gpu]);
            break;
    }
}

void MovingDeployment::fail(const Step& step) {
    if (step.kind == StepKind::kApply) {
        for (Instance& old : gpu(step).instances) old.phase = Phase::kFailed;
    } else if (step.profile >= 0) {
        instance(step).phase = Phase::kFailed;
    }
}

void MovingDeployment::lose(const std::string& name) {
    for (const GpuIndex g : state_.gpus.ids()) {
        if (state_.gpus[g].id != name) continue;
        state_.gpus[g].status = GpuStatus::kLost;
        in_use_.erase(g);
    }
}

void MovingDeployment::pass(Duration time, Duration stays_warm) {
    deployment::let_pass(state_, time, stays_warm);
}

deployment::Deployment MovingDeployment::snapshot() const {
    deployment::Deployment used = state_;
    used.gpus.clear();
    for (const DeployedGpu& gpu : state_.gpus) {
        if (!gpu.instances.empty()) used.gpus.push_back(gpu);
    }
    return used;
}

IdVector<ServiceNameId, Rate> MovingDeployment::capacities() const {
    IdVector<ServiceNameId, Rate> by_state(state_.services.size());
    for (const DeployedGpu& gpu : state_.gpus) {
        if (gpu.status == GpuStatus::kLost) continue;
        for (const Instance& instance : gpu.instances) {
            if (!instance.service.valid() || instance.phase != Phase::kServing) continue;
            by_state[instance.service] += state_.points[instance.point].throughput;
        }
    }
    IdVector<ServiceNameId, Rate> by_graph;
    for (const ServiceNameId id : services_) by_graph.push_back(by_state[id]);
    return by_graph;
}

}  // namespace tangram::transition
