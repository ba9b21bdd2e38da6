// Are these GPUs there, once each and where they are said to be, and do the stated totals add up?
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/amount_text.h"
#include "deployment/check/context.h"

namespace tangram::deployment::check_parts {
namespace {

using workload::FleetEntry;

class FleetCheck {
public:
    explicit FleetCheck(Context& context) : context_(context), problem_(context.problem()) {
        for (const workload::Node& node : problem_.nodes) {
            for (const workload::NodeGpu& gpu : node.gpus) {
                named_.emplace(gpu.id, std::pair(&node, gpu.entry));
            }
        }
    }

    void run() {
        for (const DeployedGpu& gpu : context_.deployment().gpus) check_gpu(gpu);
        for (const auto& [model, count] : used_) check_count(model, count);
        if (problem_.nodes.empty()) check_unnamed_nodes();
        check_totals();
    }

private:
    void violate(ViolationKind kind, std::string place, std::string message) {
        context_.violate(kind, std::move(place), std::move(message));
    }

    void check_gpu(const DeployedGpu& gpu) {
        if (!ids_.insert(gpu.id).second) {
            violate(ViolationKind::kDuplicateGpu, gpu.id, "appears more than once");
        }
        const gpu::GpuModelId model = context_.model_id_of(gpu);
        if (!model.valid()) return;
        ++used_[model];
        if (!problem_.nodes.empty()) {
            check_named(gpu, model);
        } else if (!gpu.node.empty()) {
            ++on_node_[gpu.node][model];
        }
    }

    // The problem names every GPU: this one must be among them, of this model, on this node.
    void check_named(const DeployedGpu& gpu, gpu::GpuModelId model) {
        const auto found = named_.find(gpu.id);
        if (found == named_.end()) {
            violate(ViolationKind::kFleet, gpu.id, "no node has this GPU");
            return;
        }
        const auto& [node, entry] = found->second;
        const FleetEntry& owner = problem_.fleet[entry];
        cost_ += owner.cost;
        if (owner.model != model) {
            violate(ViolationKind::kFleet, gpu.id,
                    fmt::format("is a {}, not a {}", problem_.catalogue->model(owner.model).name,
                                problem_.catalogue->model(model).name));
        }
        if (gpu.node != node->name) {
            violate(ViolationKind::kFleet, gpu.id,
                    fmt::format("is on node {}, not on '{}'", node->name, gpu.node));
        }
    }

    // GPUs of one model; those of the cheapest entries count as used first.
    void check_count(gpu::GpuModelId model, std::int64_t count) {
        const std::string& name = problem_.catalogue->model(model).name;
        std::vector<std::pair<Cost, std::optional<std::int64_t>>> offers;
        for (const FleetEntry& entry : problem_.fleet) {
            if (entry.model == model) offers.emplace_back(entry.cost, entry.count);
        }
        if (offers.empty()) {
            violate(ViolationKind::kFleet, fmt::format("GPU model {}", name),
                    fmt::format("{} used, the fleet has none", count));
            return;
        }
        std::ranges::stable_sort(offers, {}, [](const auto& offer) { return offer.first; });
        std::int64_t left = count;
        for (const auto& [cost, available] : offers) {
            const std::int64_t taken = std::min(left, available.value_or(left));
            if (problem_.nodes.empty()) cost_ += cost * taken;
            left -= taken;
        }
        if (left > 0) {
            violate(ViolationKind::kFleet, fmt::format("GPU model {}", name),
                    fmt::format("{} used, the fleet has {}", count, count - left));
        }
    }

    // Nodes without names of their own: no more GPUs in one than fit, no more nodes than there are.
    void check_unnamed_nodes() {
        std::map<gpu::GpuModelId, std::int64_t> nodes_of_model;
        for (const auto& [node, models] : on_node_) {
            if (models.size() > 1) {
                violate(ViolationKind::kFleet, fmt::format("node {}", node),
                        "holds GPUs of several models");
            }
            for (const auto& [model, count] : models) {
                ++nodes_of_model[model];
                const std::int64_t room = gpus_per_node(model);
                if (count <= room) continue;
                violate(ViolationKind::kFleet, fmt::format("node {}", node),
                        room == 0 ? std::string("the problem knows no nodes")
                                  : fmt::format("{} GPUs, a node has {}", count, room));
            }
        }
        for (const auto& [model, count] : nodes_of_model) check_node_count(model, count);
    }

    [[nodiscard]] std::int64_t gpus_per_node(gpu::GpuModelId model) const {
        int most = 0;
        for (const FleetEntry& entry : problem_.fleet) {
            if (entry.model == model) most = std::max(most, entry.gpus_per_node.value_or(0));
        }
        return most;
    }

    void check_node_count(gpu::GpuModelId model, std::int64_t count) {
        std::int64_t available = 0;
        for (const FleetEntry& entry : problem_.fleet) {
            if (entry.model != model) continue;
            if (!entry.count || entry.gpus_per_node.value_or(0) < 1) return;
            available += (*entry.count + *entry.gpus_per_node - 1) / *entry.gpus_per_node;
        }
        if (count <= available) return;
        violate(ViolationKind::kFleet,
                fmt::format("GPU model {}", problem_.catalogue->model(model).name),
                fmt::format("on {} nodes, there are {}", count, available));
    }

    void check_totals() {
        const Deployment& deployment = context_.deployment();
        const auto gpus = static_cast<std::int64_t>(deployment.gpus.size());
        if (deployment.claimed_gpus && *deployment.claimed_gpus != gpus) {
            violate(ViolationKind::kMisstated, "totals",
                    fmt::format("states {} GPUs, lists {}", *deployment.claimed_gpus, gpus));
        }
        if (deployment.claimed_cost && *deployment.claimed_cost != cost_) {
            violate(ViolationKind::kMisstated, "totals",
                    fmt::format("states cost {}, the GPUs cost {}",
                                cost_text(*deployment.claimed_cost), cost_text(cost_)));
        }
    }

    Context& context_;
    const workload::Problem& problem_;
    std::unordered_map<std::string_view, std::pair<const workload::Node*, workload::FleetEntryId>>
        named_;
    std::unordered_set<std::string_view> ids_;
    std::map<gpu::GpuModelId, std::int64_t> used_;
    std::map<std::string_view, std::map<gpu::GpuModelId, std::int64_t>> on_node_;
    Cost cost_;
};

}  // namespace

void check_fleet(Context& context) { FleetCheck(context).run(); }

}  // namespace tangram::deployment::check_parts
