#include "planner/explain/deployed_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tangram::planner::explain {
namespace {

using deployment::Deployment;
using deployment::Instance;
using deployment::Phase;

class UseReader {
public:
    UseReader(const PlanningModel& model, const Deployment& deployment)
        : model_(model), deployment_(deployment) {
        match_services();
        match_models();
        const std::size_t services = model.problem->services.size();
        use_.used = IdVector<ServiceId, std::vector<UsedPoint>>(services);
        use_.capacity = IdVector<ServiceId, Rate>(services);
        use_.most_on_gpu = use_.most_on_node = IdVector<ServiceId, Rate>(services);
        use_.types = IdVector<InstanceTypeId, std::int64_t>(model.types.size());
    }

    DeployedUse read() {
        for (const deployment::DeployedGpu& gpu : deployment_.gpus) read_gpu(gpu);
        for (auto& [key, point] : points_) {
            use_.used[std::get<0>(key)].push_back(std::move(point));
        }
        for (auto& [key, gpus] : cuts_) use_.cuts.push_back({key.first, key.second, gpus});
        return std::move(use_);
    }

private:
    struct KnownModel {
        FleetEntryId entry;                 // invalid: not in the fleet
        std::vector<InstanceTypeId> types;  // by profile of the deployed model; invalid: none
    };

    void match_services() {
        std::unordered_map<std::string_view, ServiceId> by_name;
        for (const ServiceId service : model_.problem->services.ids()) {
            by_name.emplace(model_.problem->services[service].name, service);
        }
        for (const deployment::DeployedService& service : deployment_.services) {
            const auto found = by_name.find(service.name);
            services_.push_back(found == by_name.end() ? ServiceId{} : found->second);
            if (found == by_name.end()) {
                use_.notes.push_back(fmt::format("the problem has no service {}", service.name));
            }
        }
    }

    void match_models() {
        for (const deployment::DeployedModel& deployed : deployment_.models) {
            KnownModel known;
            const auto id = model_.problem->catalogue->find(deployed.name);
            for (const FleetEntryId entry : model_.problem->fleet.ids()) {
                if (known.entry.valid() || !id) continue;
                if (model_.problem->fleet[entry].model == *id) known.entry = entry;
            }
            if (!known.entry.valid()) {
                use_.notes.push_back(fmt::format("the fleet has no GPU model {}", deployed.name));
            }
            for (const deployment::DeployedProfile& profile : deployed.profiles) {
                known.types.push_back(find_type(known.entry, profile.name));
            }
            models_.push_back(std::move(known));
        }
    }

    [[nodiscard]] InstanceTypeId find_type(FleetEntryId entry, const std::string& profile) const {
        if (!entry.valid()) return {};
        const gpu::ProfileId id = model_.problem->gpu_model(entry).find_profile(profile);
        for (const InstanceTypeId type : model_.types.ids()) {
            if (model_.types[type].entry == entry && model_.types[type].profile == id) return type;
        }
        return {};
    }

    void read_gpu(const deployment::DeployedGpu& gpu) {
        const KnownModel& known = models_[static_cast<std::size_t>(gpu.model)];
        std::vector<int> counts(model_.types.size(), 0);
        std::map<ServiceId, Rate> here;
        for (const Instance& instance : gpu.instances) {
            const InstanceTypeId type = known.types[static_cast<std::size_t>(instance.profile)];
            if (type.valid()) ++counts[type.index()];
            if (instance.service.valid() && instance.point.valid()) {
                read_instance(gpu, instance, type, here);
            }
        }
        for (const auto& [service, capacity] : here) {
            Rate& on_gpu = use_.most_on_gpu[service];
            on_gpu = std::max(on_gpu, capacity);
            if (gpu.node.empty()) continue;
            Rate& in_node = in_node_[{gpu.node, service}];
            in_node += capacity;
            Rate& on_node = use_.most_on_node[service];
            on_node = std::max(on_node, in_node);
        }
        if (known.entry.valid()) ++cuts_[{known.entry, std::move(counts)}];
    }

    void read_instance(const deployment::DeployedGpu& gpu, const Instance& instance,
                       InstanceTypeId type, std::map<ServiceId, Rate>& here) {
        const ServiceId service = services_[instance.service.index()];
        if (!service.valid()) return;
        if (type.valid()) ++use_.types[type];
        const deployment::DeployedModel& deployed =
            deployment_.models[static_cast<std::size_t>(gpu.model)];
        const std::string& profile =
            deployed.profiles[static_cast<std::size_t>(instance.profile)].name;
        UsedPoint& point = points_[{service, type, deployed.name, profile, instance.point}];
        if (point.count == 0) {
            point = {type, deployed.name, profile, instance.point, 0, Price{}};
        }
        ++point.count;
        const bool works = instance.phase == Phase::kServing || instance.phase == Phase::kReady;
        if (works && gpu.status == deployment::GpuStatus::kOk) {
            use_.capacity[service] += deployment_.points[instance.point].throughput;
            here[service] += deployment_.points[instance.point].throughput;
        }
    }

    using PointKey =
        std::tuple<ServiceId, InstanceTypeId, std::string, std::string, deployment::RunPointId>;

    const PlanningModel& model_;
    const Deployment& deployment_;
    std::vector<ServiceId> services_;  // by the deployment's service; invalid: unknown
    std::vector<KnownModel> models_;   // by the deployment's model
    std::map<PointKey, UsedPoint> points_;
    std::map<std::pair<FleetEntryId, std::vector<int>>, std::int64_t> cuts_;
    std::map<std::pair<std::string_view, ServiceId>, Rate> in_node_;
    DeployedUse use_;
};

}  // namespace

DeployedUse read_use(const PlanningModel& model, const Deployment& deployment) {
    return UseReader(model, deployment).read();
}

}  // namespace tangram::planner::explain
