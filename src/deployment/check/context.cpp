#include "deployment/check/context.h"

#include <fmt/format.h>

#include <unordered_map>

namespace tangram::deployment::check_parts {

Context::Context(const workload::Problem& problem, const Deployment& deployment,
                 CheckReport& report)
    : problem_(problem), deployment_(deployment), report_(report) {
    look_up_models();
    look_up_services();
}

void Context::look_up_models() {
    for (const DeployedModel& model : deployment_.models) {
        KnownModel known;
        known.profiles.resize(model.profiles.size());
        const auto found = problem_.catalogue->find(model.name);
        if (!found) {
            violate(ViolationKind::kUnknownName, fmt::format("GPU model {}", model.name),
                    "not in the GPU catalogue");
            models_.push_back(std::move(known));
            continue;
        }
        known.id = *found;
        for (std::size_t p = 0; p < model.profiles.size(); ++p) {
            known.profiles[p] =
                problem_.catalogue->model(known.id).find_profile(model.profiles[p].name);
            if (known.profiles[p].valid()) continue;
            violate(ViolationKind::kUnknownName, fmt::format("GPU model {}", model.name),
                    fmt::format("no profile '{}'", model.profiles[p].name));
        }
        models_.push_back(std::move(known));
    }
}

void Context::look_up_services() {
    std::unordered_map<std::string_view, workload::ServiceId> by_name;
    by_name.reserve(problem_.services.size());
    for (const workload::ServiceId service : problem_.services.ids()) {
        by_name.emplace(problem_.services[service].name, service);
    }
    services_.reserve(deployment_.services.size());
    served_ = IdVector<workload::ServiceId, std::optional<Rate>>(problem_.services.size());
    for (const DeployedService& service : deployment_.services) {
        const auto found = by_name.find(service.name);
        if (found != by_name.end()) {
            services_.push_back(found->second);
            // Less than asked for only: what is beyond the rate is nobody's business.
            if (service.served && *service.served < problem_.services[found->second].rate) {
                served_[found->second] = service.served;
            }
            continue;
        }
        services_.emplace_back();
        violate(ViolationKind::kUnknownName, fmt::format("service {}", service.name),
                "the problem has no such service");
    }
}

gpu::GpuModelId Context::model_id_of(const DeployedGpu& gpu) const {
    const auto index = static_cast<std::size_t>(gpu.model);
    return gpu.model >= 0 && index < models_.size() ? models_[index].id : gpu::GpuModelId{};
}

const gpu::GpuModel* Context::model_of(const DeployedGpu& gpu) const {
    const gpu::GpuModelId id = model_id_of(gpu);
    return id.valid() ? &problem_.catalogue->model(id) : nullptr;
}

gpu::ProfileId Context::profile_id_of(const DeployedGpu& gpu, const Instance& instance) const {
    if (!model_id_of(gpu).valid()) return {};
    const auto& profiles = models_[static_cast<std::size_t>(gpu.model)].profiles;
    const auto index = static_cast<std::size_t>(instance.profile);
    return instance.profile >= 0 && index < profiles.size() ? profiles[index] : gpu::ProfileId{};
}

workload::ServiceId Context::service_of(const Instance& instance) const {
    const bool known = instance.service.valid() && instance.service.index() < services_.size();
    return known ? services_[instance.service.index()] : workload::ServiceId{};
}

std::string Context::place_of(const DeployedGpu& gpu, const Instance& instance) {
    return fmt::format("{} slice {}", gpu.id, instance.start);
}

bool counts(const DeployedGpu& gpu, const Instance& instance) {
    return gpu.status == GpuStatus::kOk &&
           (instance.phase == Phase::kReady || instance.phase == Phase::kServing);
}

}  // namespace tangram::deployment::check_parts
