#include "planner/close/current.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/nearest.h"
#include "planner/deployed_names.h"

namespace tangram::planner::close {
namespace {

using deployment::DeployedGpu;
using deployment::Deployment;
using deployment::Instance;

bool runs_alike(const deployment::RunPoint& a, const deployment::RunPoint& b) {
    return a.model == b.model && a.precision == b.precision && a.batch == b.batch &&
           a.processes == b.processes && a.max_wait == b.max_wait;
}

bool can_stay(deployment::Phase phase) {
    using enum deployment::Phase;
    return phase == kCreating || phase == kStarting || phase == kReady || phase == kServing;
}

std::string at(const DeployedGpu& gpu, const Instance& instance) {
    return fmt::format("{} slice {}", gpu.id, instance.start);
}

class Reader {
public:
    Reader(const PlanningModel& model, const Deployment& current,
           const std::vector<std::string>& lost, const Wishes& wishes)
        : model_(model),
          problem_(*model.problem),
          current_(current),
          wishes_(wishes),
          lost_(lost.begin(), lost.end()) {}

    Result<CurrentFleet> read() {
        if (Result<void> names = look_up_names(); !names) return names.error();
        for (const DeployedGpu& gpu : current_.gpus) {
            fleet_.taken_ids.push_back(gpu.id);
            if (Result<void> done = read_gpu(gpu); !done) return done.error();
        }
        return std::move(fleet_);
    }

private:
    struct NamedGpu {
        std::string_view node;
        FleetEntryId entry;
    };

    Result<void> look_up_names() {
        std::unordered_map<std::string_view, ServiceId> services;
        for (const ServiceId service : problem_.services.ids()) {
            services.emplace(problem_.services[service].name, service);
        }
        for (const deployment::DeployedService& service : current_.services) {
            const auto found = services.find(service.name);
            service_of_.push_back(found == services.end() ? ServiceId{} : found->second);
        }
        for (const workload::Node& node : problem_.nodes) {
            for (const workload::NodeGpu& gpu : node.gpus) {
                named_.emplace(gpu.id, NamedGpu{node.name, gpu.entry});
            }
        }
        frozen_.assign(problem_.services.size(), false);
        for (const std::string& name : wishes_.frozen) {
            if (Result<void> done = freeze(name, services); !done) return done.error();
        }
        return {};
    }

    Result<void> freeze(const std::string& name,
                        const std::unordered_map<std::string_view, ServiceId>& services) {
        const auto service = services.find(name);
        const bool is_gpu =
            std::ranges::find(current_.gpus, name, &DeployedGpu::id) != current_.gpus.end();
        if (service != services.end() && is_gpu) {
            return invalid_input(fmt::format("'{}' is a service and a GPU", name), "--freeze");
        }
        if (is_gpu) {
            frozen_gpus_.insert(name);
            return {};
        }
        if (service != services.end()) {
            if (!frozen_[service->second.index()]) {
                fleet_.frozen_services.push_back(service->second);
            }
            frozen_[service->second.index()] = true;
            return {};
        }
        std::vector<std::string> known;
        for (const auto& [key, id] : services) known.emplace_back(key);
        for (const DeployedGpu& gpu : current_.gpus) known.push_back(gpu.id);
        std::ranges::sort(known);
        return invalid_input(fmt::format("'{}' is neither a service of the problem nor a GPU of "
                                         "the current deployment{}",
                                         name, nearest_hint(name, known)),
                             "--freeze");
    }

    // Why the GPU cannot be used; empty if it can.
    std::string describe(const DeployedGpu& gpu, CurrentGpu& seen) {
        if (lost_.contains(gpu.id)) return "is lost";
        if (!ids_.insert(gpu.id).second) return "is there twice";
        const std::string& model = current_.models[static_cast<std::size_t>(gpu.model)].name;
        const auto id = problem_.catalogue->find(model);
        for (const FleetEntryId entry : problem_.fleet.ids()) {
            if (id && problem_.fleet[entry].model == *id) seen.entries.push_back(entry);
        }
        if (seen.entries.empty()) return fmt::format("is a {}, which the fleet has not", model);
        if (!problem_.nodes.empty()) {
            const auto found = named_.find(gpu.id);
            if (found == named_.end()) return "is on none of the problem's nodes";
            if (std::ranges::find(seen.entries, found->second.entry) == seen.entries.end()) {
                return fmt::format("is a {}, the problem says otherwise", model);
            }
            seen.entries = {found->second.entry};
            seen.node = found->second.node;
            return {};
        }
        const auto room = model_.entries[seen.entries.front()].gpus_per_node;
        if (!room || gpu.node.empty()) return {};
        if (++on_node_[gpu.node] > *room) return "is one too many on its node";
        seen.node = gpu.node;
        return {};
    }

    Result<void> read_gpu(const DeployedGpu& gpu) {
        const bool lost = lost_.contains(gpu.id);
        if (!lost) {
            fleet_.running += std::ranges::count_if(
                gpu.instances, [](const Instance& one) { return one.service.valid(); });
        }
        CurrentGpu seen;
        seen.id = gpu.id;
        seen.frozen = frozen_gpus_.contains(gpu.id);
        const std::string unusable = describe(gpu, seen);
        if (lost && !gpu.node.empty() && problem_.nodes.empty()) note_lost(gpu);
        if (!unusable.empty() && seen.frozen) {
            return invalid_input(fmt::format("GPU {} cannot stay: it {}", gpu.id, unusable),
                                 "--freeze");
        }
        for (const Instance& instance : gpu.instances) {
            const Result<void> done = read_instance(gpu, instance, unusable, seen);
            if (!done) return done.error();
        }
        std::ranges::sort(seen.cut, {}, &gpu::Placement::start);
        if (unusable.empty()) fleet_.gpus.push_back(std::move(seen));
        return {};
    }

    void note_lost(const DeployedGpu& gpu) {
        const auto id =
            problem_.catalogue->find(current_.models[static_cast<std::size_t>(gpu.model)].name);
        for (const FleetEntryId entry : problem_.fleet.ids()) {
            if (!id || problem_.fleet[entry].model != *id) continue;
            fleet_.lost_on_nodes.emplace_back(gpu.node, entry);
            return;
        }
    }

    Result<void> read_instance(const DeployedGpu& gpu, const Instance& instance,
                               const std::string& unusable, CurrentGpu& seen) {
        const ServiceId service =
            instance.service.valid() ? service_of_[instance.service.index()] : ServiceId{};
        const bool frozen = seen.frozen || (service.valid() && frozen_[service.index()]);
        if (!unusable.empty()) {
            if (!frozen) return {};
            return invalid_input(fmt::format("service '{}' cannot stay on {}: the GPU {}",
                                             problem_.services[service].name, gpu.id, unusable),
                                 "--freeze");
        }
        const gpu::ProfileId profile = profile_of(gpu, instance, seen.entries.front());
        const InstanceTypeId type = type_of(seen.entries.front(), profile);
        if (type.valid()) seen.cut.push_back({profile, instance.start});
        if (seen.frozen && !instance.service.valid() && type.valid()) {
            seen.idle.push_back({profile, instance.start});
            return {};
        }
        const std::string reason = why_not(instance, service, type);
        if (reason.empty()) {
            seen.seats.push_back({{profile, instance.start}, service, frozen});
        } else if (frozen) {
            return invalid_input(
                fmt::format("the instance at {} cannot stay: {}", at(gpu, instance), reason),
                "--freeze");
        }
        return {};
    }

    // Why an instance cannot stay; empty if it can.
    [[nodiscard]] std::string why_not(const Instance& instance, ServiceId service,
                                      InstanceTypeId type) const {
        if (!instance.service.valid()) return "it is idle, on a profile nobody uses now";
        if (!service.valid()) {
            return fmt::format("the problem has no service '{}'",
                               current_.services[instance.service].name);
        }
        const std::string& name = problem_.services[service].name;
        const Option* option = type.valid() ? option_on(model_, service, type) : nullptr;
        if (option == nullptr) return fmt::format("service '{}' cannot use its profile", name);
        if (!instance.point.valid() ||
            !runs_alike(current_.points[instance.point], run_point(model_, service, *option))) {
            return fmt::format("service '{}' would run there with another operating point", name);
        }
        return can_stay(instance.phase) ? "" : "it is going down or has failed";
    }

    [[nodiscard]] gpu::ProfileId profile_of(const DeployedGpu& gpu, const Instance& instance,
                                            FleetEntryId entry) const {
        const auto& profiles = current_.models[static_cast<std::size_t>(gpu.model)].profiles;
        return problem_.gpu_model(entry).find_profile(
            profiles[static_cast<std::size_t>(instance.profile)].name);
    }

    [[nodiscard]] InstanceTypeId type_of(FleetEntryId entry, gpu::ProfileId profile) const {
        for (const InstanceTypeId type : model_.types.ids()) {
            if (model_.types[type].entry == entry && model_.types[type].profile == profile) {
                return type;
            }
        }
        return {};
    }

    const PlanningModel& model_;
    const workload::Problem& problem_;
    const Deployment& current_;
    const Wishes& wishes_;
    std::set<std::string_view> lost_;
    std::vector<ServiceId> service_of_;  // by the deployment's service; invalid: unknown
    std::unordered_map<std::string_view, NamedGpu> named_;
    std::vector<bool> frozen_;  // by service
    std::set<std::string_view> frozen_gpus_;
    std::set<std::string_view> ids_;
    std::map<std::string_view, int> on_node_;
    CurrentFleet fleet_;
};

}  // namespace

bool keeps_its_cut(const CurrentFleet& fleet, const CurrentGpu& gpu,
                   std::span<const gpu::Placement> places) {
    return !fleet.whole_layouts || std::ranges::all_of(places, [&](const gpu::Placement& place) {
        return std::ranges::find(gpu.cut, place) != gpu.cut.end();
    });
}

std::vector<std::vector<std::size_t>> alike(const CurrentFleet& fleet) {
    using Key =
        std::tuple<std::vector<FleetEntryId>, std::vector<Seat>, std::vector<gpu::Placement>, bool>;
    std::map<Key, std::vector<std::size_t>> groups;
    for (std::size_t g = 0; g < fleet.gpus.size(); ++g) {
        const CurrentGpu& gpu = fleet.gpus[g];
        const auto cut = fleet.whole_layouts ? gpu.cut : std::vector<gpu::Placement>();
        groups[{gpu.entries, gpu.seats, cut, gpu.frozen}].push_back(g);
    }
    std::vector<std::vector<std::size_t>> found;
    for (auto& [key, gpus] : groups) found.push_back(std::move(gpus));
    return found;
}

Result<std::vector<std::string>> lost_gpus(const workload::Problem& problem,
                                           const Deployment& current, const Wishes& wishes) {
    std::set<std::string> lost;
    std::vector<std::string> known;
    for (const workload::Node& node : problem.nodes) {
        for (const workload::NodeGpu& gpu : node.gpus) known.push_back(gpu.id);
    }
    for (const DeployedGpu& gpu : current.gpus) {
        known.push_back(gpu.id);
        if (gpu.status != deployment::GpuStatus::kOk) lost.insert(gpu.id);
    }
    for (const std::string& id : wishes.lost) {
        if (std::ranges::find(known, id) == known.end()) {
            return invalid_input(fmt::format("there is no GPU '{}'{}", id, nearest_hint(id, known)),
                                 "--lost");
        }
        lost.insert(id);
    }
    return std::vector<std::string>(lost.begin(), lost.end());
}

workload::Problem without_lost(const workload::Problem& problem, const Deployment& current,
                               const std::vector<std::string>& lost) {
    workload::Problem left = problem;
    for (workload::Node& node : left.nodes) {
        std::erase_if(node.gpus, [&](const workload::NodeGpu& gpu) {
            return std::ranges::binary_search(lost, gpu.id);
        });
    }
    if (!left.nodes.empty()) return left;  // whose GPUs are counted one by one
    for (const DeployedGpu& gpu : current.gpus) {
        if (!std::ranges::binary_search(lost, gpu.id)) continue;
        const auto model =
            problem.catalogue->find(current.models[static_cast<std::size_t>(gpu.model)].name);
        const auto entry = std::ranges::find_if(left.fleet, [&](const workload::FleetEntry& one) {
            return model && one.model == *model && one.count.value_or(0) > 0;
        });
        if (entry != left.fleet.end()) --*entry->count;
    }
    return left;
}

Result<CurrentFleet> read_current(const PlanningModel& model, const Deployment& current,
                                  const std::vector<std::string>& lost, const Wishes& wishes) {
    return Reader(model, current, lost, wishes).read();
}

}  // namespace tangram::planner::close
