// The optimum of tiny planning models whose replicas must be spread or survive losses, by
// enumeration of what every GPU may hold, node by node. For a few services and a few GPUs. Shares
// nothing with the planners.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::test {

class ApartBruteForce {
public:
    explicit ApartBruteForce(const planner::PlanningModel& model)
        : model_(model), contents_(model.entries.size()), cost_(model.entries.size()) {
        for (const planner::PartitionChoice& partition : model.partitions) {
            std::vector<int> slots;
            for (std::size_t k = 0; k < partition.counts.size(); ++k) {
                slots.insert(slots.end(), static_cast<std::size_t>(partition.counts[k]),
                             static_cast<int>(k));
            }
            cost_[partition.entry] = partition.cost;
            Content content(model.demands.size() * model.types.size(), 0);
            enumerate(slots, 0, 0, content, contents_[partition.entry]);
        }
    }

    // The nodes of a fleet entry; where nodes do not matter, those of one GPU each will do.
    struct Nodes {
        planner::FleetEntryId entry;
        int count = 0;
        int gpus_each = 1;
    };

    // Of the cheapest plan on these nodes; nothing if they do not suffice.
    [[nodiscard]] std::optional<Cost> least_cost(const std::vector<Nodes>& fleet) const {
        std::map<State, Cost> states{{State(model_.demands.size()), Cost{}}};
        for (const Nodes& nodes : fleet) {
            for (int node = 0; node < nodes.count; ++node) states = after_node(states, nodes);
        }
        std::optional<Cost> least;
        for (const auto& [state, cost] : states) {
            if (satisfied(state) && (!least || cost < *least)) least = cost;
        }
        return least;
    }

private:
    // Instances of type k for service s at [s K + k].
    using Content = std::vector<int>;
    struct Progress {
        std::int64_t capacity = 0;
        int replicas = 0;
        int gpus = 0;
        int nodes = 0;
        bool here = false;  // on the current node
        // Only where losses must be survived: capacity is then counted in full.
        std::int64_t in_node = 0;  // on the current node
        std::int64_t most_on_gpu = 0;
        std::int64_t most_in_node = 0;
        friend auto operator<=>(const Progress&, const Progress&) = default;
    };
    using State = std::vector<Progress>;

    // Slots of equal type are given to services in ascending order; -1 is nobody.
    void enumerate(const std::vector<int>& slots, std::size_t slot, int least, Content& content,
                   std::set<Content>& contents) {
        if (slot == slots.size()) {
            contents.insert(content);
            return;
        }
        const int first = slot > 0 && slots[slot] == slots[slot - 1] ? least : -1;
        for (int s = first; s < static_cast<int>(model_.demands.size()); ++s) {
            if (s < 0) {
                enumerate(slots, slot + 1, s, content, contents);
                continue;
            }
            const auto service = static_cast<std::size_t>(s);
            if (throughput(service, slots[slot]) == 0) continue;
            int& count =
                content[service * model_.types.size() + static_cast<std::size_t>(slots[slot])];
            ++count;
            enumerate(slots, slot + 1, s, content, contents);
            --count;
        }
    }

    [[nodiscard]] std::int64_t throughput(std::size_t service, int type) const {
        for (const planner::Option& option : model_.options_of(planner::ServiceId{service})) {
            if (static_cast<int>(option.type.index()) == type) return option.throughput.count();
        }
        return 0;
    }

    [[nodiscard]] State with_gpu(State state, const Content& content) const {
        for (std::size_t s = 0; s < state.size(); ++s) {
            const planner::Demand& demand = model_.demands[planner::ServiceId{s}];
            int added = 0;
            std::int64_t here = 0;
            for (std::size_t k = 0; k < model_.types.size(); ++k) {
                const int count = content[s * model_.types.size() + k];
                added += count;
                here += count * throughput(s, static_cast<int>(k));
            }
            if (added == 0) continue;
            state[s].capacity += here;
            if (survives_losses(demand)) {
                state[s].in_node += here;
                state[s].most_on_gpu = std::max(state[s].most_on_gpu, here);
            } else {
                state[s].capacity = std::min(state[s].capacity, demand.required.count());
            }
            state[s].replicas = std::min(state[s].replicas + added, demand.min_replicas);
            state[s].gpus = std::min(state[s].gpus + 1, demand.min_replicas);
            state[s].here = true;
        }
        return state;
    }

    [[nodiscard]] std::map<State, Cost> after_node(const std::map<State, Cost>& before,
                                                   const Nodes& nodes) const {
        std::map<State, Cost> reached = before;
        std::map<State, Cost> frontier = before;
        for (int gpu = 0; gpu < nodes.gpus_each; ++gpu) {
            std::map<State, Cost> next;
            for (const auto& [state, cost] : frontier) {
                for (const Content& content : contents_[nodes.entry])
                    keep(with_gpu(state, content), cost + cost_[nodes.entry], next);
            }
            for (const auto& [state, cost] : next) keep(state, cost, reached);
            frontier = std::move(next);
        }
        std::map<State, Cost> closed;
        for (const auto& [state, cost] : reached) {
            State left = state;
            for (std::size_t s = 0; s < left.size(); ++s) {
                const int enough = model_.demands[planner::ServiceId{s}].min_replicas;
                if (left[s].here) left[s].nodes = std::min(left[s].nodes + 1, enough);
                left[s].here = false;
                left[s].most_in_node = std::max(left[s].most_in_node, left[s].in_node);
                left[s].in_node = 0;
            }
            keep(left, cost, closed);
        }
        return closed;
    }

    static void keep(const State& state, Cost cost, std::map<State, Cost>& states) {
        const auto [it, added] = states.try_emplace(state, cost);
        if (!added) it->second = std::min(it->second, cost);
    }

    [[nodiscard]] bool satisfied(const State& state) const {
        for (std::size_t s = 0; s < state.size(); ++s) {
            const planner::Demand& demand = model_.demands[planner::ServiceId{s}];
            const int places = demand.spread == workload::Spread::kNode  ? state[s].nodes
                               : demand.spread == workload::Spread::kGpu ? state[s].gpus
                                                                         : demand.min_replicas;
            const std::int64_t after_gpu = state[s].capacity - state[s].most_on_gpu;
            const std::int64_t after_node = state[s].capacity - state[s].most_in_node;
            if (after_gpu < demand.after_gpu_loss.count() && demand.after_gpu_loss.count() > 0) {
                return false;
            }
            if (after_node < demand.after_node_loss.count() && demand.after_node_loss.count() > 0) {
                return false;
            }
            if (state[s].capacity < demand.required.count() ||
                state[s].replicas < demand.min_replicas || places < demand.min_replicas) {
                return false;
            }
        }
        return true;
    }

    static bool survives_losses(const planner::Demand& demand) {
        return demand.after_gpu_loss.count() > 0 || demand.after_node_loss.count() > 0;
    }

    const planner::PlanningModel& model_;
    IdVector<planner::FleetEntryId, std::set<Content>> contents_;
    IdVector<planner::FleetEntryId, Cost> cost_;  // of one GPU
};

}  // namespace tangram::test
