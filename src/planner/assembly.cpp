#include "planner/assembly.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "planner/deployed_names.h"
#include "planner/place/fill.h"
#include "planner/place/spreading.h"

namespace tangram::planner {
namespace {

using place::Filled;
using place::GroundGpu;

// Used GPUs: by entry, partition (largest first), contents, node.
std::vector<std::uint32_t> canonical_order(const std::vector<GroundGpu>& gpus,
                                           const Filled& filled) {
    std::vector<std::uint32_t> order;
    order.reserve(gpus.size());
    for (std::uint32_t gpu = 0; gpu < gpus.size(); ++gpu) {
        const auto slots = filled.slots_of(gpu);
        const bool used =
            std::ranges::any_of(slots, [](ServiceId service) { return service.valid(); });
        if (used) order.push_back(gpu);
    }
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        if (gpus[a].partition != gpus[b].partition) {
            return gpus[a].partition < gpus[b].partition;  // which are by entry
        }
        const auto slots_a = filled.slots_of(a);
        const auto slots_b = filled.slots_of(b);
        const auto content = std::lexicographical_compare_three_way(slots_a.begin(), slots_a.end(),
                                                                    slots_b.begin(), slots_b.end());
        if (content != 0) return content < 0;
        return gpus[a].node != gpus[b].node ? gpus[a].node < gpus[b].node : a < b;
    });
    return order;
}

// Names of GPUs and nodes: those of the problem where it gives any.
class Names {
public:
    explicit Names(const workload::Problem& problem) : problem_(problem) {
        for (const workload::Node& node : problem.nodes) {
            for (std::size_t i = 0; i < node.gpus.size(); ++i) {
                const auto n = static_cast<std::uint32_t>(&node - problem.nodes.data());
                free_[{n, node.gpus[i].entry}].push_back(i);
            }
        }
        for (auto& [place, gpus] : free_) std::ranges::reverse(gpus);  // taken from the back
    }

    // `node` is as place::Bay numbers it, or kNoNode.
    void give(std::uint32_t node, FleetEntryId entry, deployment::DeployedGpu& gpu) {
        if (problem_.nodes.empty()) {
            gpu.id = "gpu-" + std::to_string(next_gpu_++);
            if (node == place::kNoNode) return;
            const auto [it, added] = numbers_.try_emplace(node, numbers_.size());
            gpu.node = "node-" + std::to_string(it->second);
            return;
        }
        auto& gpus = free_[{node, entry}];
        CHECK(!gpus.empty(), "more GPUs on a node than it has");
        gpu.id = problem_.nodes[node].gpus[gpus.back()].id;
        gpu.node = problem_.nodes[node].name;
        gpus.pop_back();
    }

private:
    const workload::Problem& problem_;
    std::size_t next_gpu_ = 0;
    std::unordered_map<std::uint32_t, std::size_t> numbers_;  // in order of appearance
    std::map<std::pair<std::uint32_t, FleetEntryId>, std::vector<std::size_t>> free_;
};

class Builder {
public:
    Builder(const PlanningModel& model, const CountPlan& plan)
        : model_(model),
          plan_(plan),
          points_(model, target_),
          models_(model),
          names_(*model.problem) {
        for (const PartitionChoice& partition : model.partitions) {
            types_.push_back(place::slot_types(model, partition));
        }
    }

    deployment::Deployment build(std::vector<GroundGpu> gpus, const Filled& filled) {
        add_services_and_points();
        const std::vector<std::uint32_t> order = canonical_order(gpus, filled);
        if (!place::nodes_matter(model_)) fill_nodes_in_order(order, gpus);
        Cost cost;
        target_.gpus.reserve(order.size());
        for (const std::uint32_t gpu : order) {
            add_gpu(gpus[gpu], filled.slots_of(gpu));
            cost += model_.partitions[gpus[gpu].partition].cost;
        }
        target_.claimed_gpus = static_cast<std::int64_t>(order.size());
        target_.claimed_cost = cost;
        return std::move(target_);
    }

private:
    void add_services_and_points() {
        std::vector<bool> types_used(model_.types.size(), false);
        target_.services.reserve(model_.demands.size());
        point_of_use_.reserve(plan_.uses.size());
        for (const ServiceId service : model_.demands.ids()) {
            const workload::Service& asked = model_.problem->services[service];
            target_.services.push_back({asked.name, asked.rate});
            for (const Use& use : plan_.uses_of(service)) {
                point_of_use_.push_back(points_.of(service, use.type));
                types_used[use.type.index()] = true;
            }
        }
        models_.build(types_used, target_);
    }

    // Without services to be kept on different nodes, the used GPUs fill node after node.
    void fill_nodes_in_order(const std::vector<std::uint32_t>& order,
                             std::vector<GroundGpu>& gpus) const {
        std::vector<GroundGpu> used;
        used.reserve(order.size());
        for (const std::uint32_t gpu : order) used.push_back(gpus[gpu]);
        const auto bays = place::bays_for(model_, place::count_by_entry(model_, used));
        place::assign_nodes(model_, bays, 0, used);
        for (std::size_t i = 0; i < order.size(); ++i) gpus[order[i]].node = used[i].node;
    }

    void add_gpu(const GroundGpu& ground, std::span<const ServiceId> slots) {
        const PartitionChoice& partition = model_.partitions[ground.partition];
        deployment::DeployedGpu gpu;
        gpu.model = models_.gpu_model(partition.entry);
        names_.give(ground.node, partition.entry, gpu);
        const auto& placements = partition.layout.placements();
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            if (!slots[slot].valid()) continue;
            const InstanceTypeId type = types_[ground.partition][slot];
            gpu.instances.push_back({models_.profile(type), placements[slot].start,
                                     deployment::ServiceNameId{slots[slot].index()},
                                     point_of(slots[slot], type), deployment::Phase::kServing});
        }
        target_.gpus.push_back(std::move(gpu));
    }

    [[nodiscard]] deployment::RunPointId point_of(ServiceId service, InstanceTypeId type) const {
        std::size_t use = plan_.first_use[service.index()];
        while (plan_.uses[use].type != type) ++use;
        return point_of_use_[use];
    }

    const PlanningModel& model_;
    const CountPlan& plan_;
    deployment::Deployment target_;
    RunPoints points_;
    DeployedModels models_;
    Names names_;
    IdVector<PartitionId, std::vector<InstanceTypeId>> types_;  // in the order of the layout
    std::vector<deployment::RunPointId> point_of_use_;
};

}  // namespace

Assembly assemble(const PlanningModel& model, const CountPlan& plan) {
    const std::vector<std::string> wrong = validate_counts(model, plan);
    CHECK(wrong.empty(), wrong.front());
    place::Spreading spreading = place::spread_replicas(model, plan);
    const Filled filled = place::fill(model, plan, spreading.gpus, spreading.pins);
    Assembly assembly;
    assembly.deployment = Builder(model, plan).build(std::move(spreading.gpus), filled);
    assembly.spread_met = spreading.missing.empty();
    for (const auto& missing : spreading.missing) assembly.unspread.push_back(missing.service);
    return assembly;
}

}  // namespace tangram::planner
