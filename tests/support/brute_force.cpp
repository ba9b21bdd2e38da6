#include "support/brute_force.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <queue>
#include <set>
#include <utility>

namespace tangram::test {
namespace {

using Counts = std::vector<int>;

bool covers(const planner::PlanningModel& model, planner::ServiceId s, const Counts& counts) {
    const planner::Demand& demand = model.demands[s];
    const std::int64_t left_over =
        std::max(demand.after_gpu_loss.count(), demand.after_node_loss.count());
    std::int64_t rate = 0;
    int replicas = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        rate += model.options_of(s)[i].throughput.count() * counts[i];
        replicas += counts[i];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const std::int64_t lost = model.options_of(s)[i].throughput.count();
        if (counts[i] > 0 && rate - lost < left_over) return false;
    }
    return rate >= std::max(demand.required.count(), left_over) && replicas >= demand.min_replicas;
}

bool minimal(const planner::PlanningModel& model, planner::ServiceId s, Counts counts) {
    for (int& count : counts) {
        if (count == 0) continue;
        --count;
        if (covers(model, s, counts)) return false;
        ++count;
    }
    return true;
}

void enumerate(const planner::PlanningModel& model, planner::ServiceId s, std::size_t option,
               Counts& counts, std::vector<Counts>& found) {
    if (covers(model, s, counts)) {  // more would only be superfluous
        if (minimal(model, s, counts)) found.push_back(counts);
        return;
    }
    if (option == counts.size()) return;
    enumerate(model, s, option + 1, counts, found);
    ++counts[option];
    enumerate(model, s, option, counts, found);
    --counts[option];
}

bool all_at_most(const Counts& a, const Counts& b) {
    return std::equal(a.begin(), a.end(), b.begin(), [](int x, int y) { return x <= y; });
}

// Those none of the others is at most.
std::vector<Counts> least(const std::set<Counts>& sums) {
    std::vector<Counts> kept;  // in lexicographic order a dominating one comes first
    for (const Counts& sum : sums) {
        if (std::none_of(kept.begin(), kept.end(),
                         [&sum](const Counts& other) { return all_at_most(other, sum); })) {
            kept.push_back(sum);
        }
    }
    return kept;
}

// Instances by type that serve everything, least sums only; nothing if they are too many.
std::optional<std::vector<Counts>> least_totals(const planner::PlanningModel& model,
                                                std::size_t effort) {
    std::vector<Counts> totals{Counts(model.types.size(), 0)};
    for (const planner::ServiceId s : model.demands.ids()) {
        const std::vector<Counts> choices = minimal_covers(model, s);
        if (choices.size() * totals.size() > effort) return std::nullopt;
        std::set<Counts> sums;
        for (const Counts& cover : choices) {
            for (Counts total : totals) {
                for (std::size_t i = 0; i < cover.size(); ++i) {
                    total[model.options_of(s)[i].type.index()] += cover[i];
                }
                sums.insert(std::move(total));
            }
        }
        totals = least(sums);
        if (totals.size() > 300) return std::nullopt;
    }
    return totals;
}

// GPUs bought so far; supply above the most anyone needs is cut, so that states are finite.
struct State {
    std::int64_t cost = 0;
    Counts supply;
    Counts used;  // GPUs of capped entries
    friend auto operator<=>(const State&, const State&) = default;
};

}  // namespace

std::vector<Counts> minimal_covers(const planner::PlanningModel& model,
                                   planner::ServiceId service) {
    std::vector<Counts> found;
    Counts counts(model.options_of(service).size(), 0);
    enumerate(model, service, 0, counts, found);
    return found;
}

Enumeration brute_force(const planner::PlanningModel& model, std::size_t effort) {
    const auto totals = least_totals(model, effort);
    if (!totals) return {};
    Counts most(model.types.size(), 0);
    for (const Counts& total : *totals) {
        for (std::size_t k = 0; k < most.size(); ++k) most[k] = std::max(most[k], total[k]);
    }
    std::priority_queue<State, std::vector<State>, std::greater<>> open;
    std::set<std::pair<Counts, Counts>> seen;
    open.push({0, Counts(most.size(), 0), Counts(model.entries.size(), 0)});
    while (!open.empty()) {
        const State state = open.top();
        open.pop();
        if (!seen.insert({state.supply, state.used}).second) continue;
        if (seen.size() > effort) return {};
        if (std::any_of(totals->begin(), totals->end(), [&state](const Counts& total) {
                return all_at_most(total, state.supply);
            })) {
            return {true, Cost{state.cost}};
        }
        for (const planner::PartitionChoice& partition : model.partitions) {
            State next = state;
            const auto cap = model.entries[partition.entry].cap;
            if (cap && ++next.used[partition.entry.index()] > *cap) continue;
            next.cost += partition.cost.count();
            for (std::size_t k = 0; k < most.size(); ++k) {
                next.supply[k] = std::min(most[k], next.supply[k] + partition.counts[k]);
            }
            if (!seen.contains({next.supply, next.used})) open.push(std::move(next));
        }
    }
    return {true, std::nullopt};
}

}  // namespace tangram::test
