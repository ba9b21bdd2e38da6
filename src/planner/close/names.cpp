#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/check.h"
#include "planner/close/placed.h"
#include "planner/place/ground.h"

namespace tangram::planner::close {
namespace {

// Names for GPUs that are not in use now.
class Names {
public:
    Names(const PlanningModel& model, const CurrentFleet& fleet, const Placed& placed)
        : model_(model), fleet_(fleet), taken_(fleet.taken_ids.begin(), fleet.taken_ids.end()) {
        used_.assign(fleet.gpus.size(), false);
        for (const PlacedGpu& gpu : placed) {
            if (gpu.current) used_[*gpu.current] = true;
            if (!gpu.id.empty()) taken_.insert(gpu.id);
        }
        for (const CurrentGpu& gpu : fleet.gpus) {
            if (!gpu.node.empty()) ++on_node_[{gpu.entries.front(), gpu.node}];
            nodes_.insert(gpu.node);
        }
        for (const auto& [node, entry] : fleet.lost_on_nodes) {
            ++on_node_[{entry, node}];
            nodes_.insert(node);
        }
        apart_ = place::nodes_matter(model);
    }

    void name(PlacedGpu& gpu) {
        if (reuse(gpu)) return;
        if (model_.problem->nodes.empty()) {
            do {
                gpu.id = "gpu-" + std::to_string(next_gpu_++);
            } while (taken_.contains(gpu.id));
            gpu.node = node_for(gpu.entry);
            return;
        }
        for (const workload::Node& node : model_.problem->nodes) {
            for (const workload::NodeGpu& named : node.gpus) {
                if (named.entry != gpu.entry || !taken_.insert(named.id).second) continue;
                gpu.id = named.id;
                gpu.node = node.name;
                return;
            }
        }
        CHECK(false, "more GPUs than the problem names");
    }

private:
    // A current GPU that is not in use in the target: nobody has to find another one.
    bool reuse(PlacedGpu& gpu) {
        for (std::size_t g = 0; g < fleet_.gpus.size(); ++g) {
            const CurrentGpu& current = fleet_.gpus[g];
            const bool fits =
                std::ranges::find(current.entries, gpu.entry) != current.entries.end();
            if (used_[g] || !fits) continue;
            used_[g] = true;
            gpu.current = g;
            gpu.id = current.id;
            gpu.node = current.node;
            return true;
        }
        return false;
    }

    // A node with room: the first, or where replicas must be on different ones the emptiest.
    std::string node_for(FleetEntryId entry) {
        const EntryLimit& limit = model_.entries[entry];
        if (!limit.gpus_per_node) return {};
        const std::string* best = nullptr;
        int best_load = 0;
        int nodes = 0;
        for (const auto& [key, load] : on_node_) {
            if (key.first != entry) continue;
            ++nodes;
            if (load >= *limit.gpus_per_node) continue;
            if (best == nullptr || (apart_ && load < best_load)) {
                best = &key.second;
                best_load = load;
            }
        }
        const bool more = !limit.cap || nodes * std::int64_t{*limit.gpus_per_node} < *limit.cap;
        if (best != nullptr && !(apart_ && more)) {
            std::string node = *best;
            ++on_node_[{entry, node}];
            return node;
        }
        std::string node;
        do {
            node = "node-" + std::to_string(next_node_++);
        } while (nodes_.contains(node));
        ++on_node_[{entry, node}];
        return node;
    }

    const PlanningModel& model_;
    const CurrentFleet& fleet_;
    std::set<std::string> taken_;
    std::set<std::string> nodes_;
    std::vector<bool> used_;
    std::map<std::pair<FleetEntryId, std::string>, int> on_node_;
    bool apart_ = false;
    std::size_t next_gpu_ = 0;
    std::size_t next_node_ = 0;
};

}  // namespace

void give_names(const PlanningModel& model, const CurrentFleet& fleet, Placed& placed) {
    Names names(model, fleet, placed);
    for (PlacedGpu& gpu : placed) {
        if (gpu.id.empty()) names.name(gpu);
    }
}

}  // namespace tangram::planner::close
