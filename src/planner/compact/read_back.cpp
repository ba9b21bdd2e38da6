#include "planner/compact/read_back.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace tangram::planner::compact {
namespace {

using Counts = std::vector<std::int64_t>;

std::int64_t nearest(double value) { return std::max<std::int64_t>(0, std::llround(value)); }

// What the instances of one demand give, and how many they are.
struct Given {
    std::int64_t rate = 0;
    std::int64_t replicas = 0;
};

Given given(const PlanningModel& model, ServiceId s, const Counts& counts) {
    Given sum;
    std::size_t o = model.demands[s].first_option;
    for (const Option& option : model.options_of(s)) {
        sum.rate += option.throughput.count() * counts[o];
        sum.replicas += counts[o++];
    }
    return sum;
}

// What they must give in all, the loss of their largest included.
std::int64_t needed(const PlanningModel& model, ServiceId s, const Counts& counts) {
    const Demand& demand = model.demands[s];
    if (demand.after_loss().count() == 0) return demand.required.count();
    std::int64_t largest = 0;
    std::size_t o = demand.first_option;
    for (const Option& option : model.options_of(s)) {
        if (counts[o++] > 0) largest = std::max(largest, option.throughput.count());
    }
    return std::max(demand.required.count(), demand.after_loss().count() + largest);
}

// Nothing in the objective forbids idle instances; the largest superfluous ones go first.
void drop_superfluous(const PlanningModel& model, ServiceId s, Counts& counts) {
    const Demand& demand = model.demands[s];
    const auto options = model.options_of(s);
    std::vector<std::size_t> order(options.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&options](std::size_t a, std::size_t b) {
        return std::pair{options[b].throughput, a} < std::pair{options[a].throughput, b};
    });
    Given sum = given(model, s, counts);
    const std::int64_t need = needed(model, s, counts);
    for (const std::size_t i : order) {
        const std::int64_t throughput = options[i].throughput.count();
        const std::int64_t spare =
            std::min((sum.rate - need) / throughput, sum.replicas - demand.min_replicas);
        std::int64_t& count = counts[demand.first_option + i];
        const std::int64_t dropped = std::clamp<std::int64_t>(spare, 0, count);
        count -= dropped;
        sum.rate -= dropped * throughput;
        sum.replicas -= dropped;
    }
}

CountPlan count_plan(const PlanningModel& model, const Counts& counts, const Counts& partitions) {
    CountPlan plan;
    plan.first_use.push_back(0);
    for (const ServiceId s : model.demands.ids()) {
        std::size_t o = model.demands[s].first_option;
        for (const Option& option : model.options_of(s)) {
            if (counts[o] > 0) plan.uses.push_back({option.type, counts[o]});
            ++o;
        }
        plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
    }
    plan.partitions = IdVector<PartitionId, std::int64_t>{partitions};
    return plan;
}

bool within_supply(const PlanningModel& model, const Counts& counts, const Counts& partitions) {
    Counts left(model.types.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        const PartitionChoice& partition = model.partitions[m];
        for (std::size_t k = 0; k < left.size(); ++k) {
            left[k] += partition.counts[k] * partitions[m.index()];
        }
    }
    for (std::size_t o = 0; o < counts.size(); ++o) {
        left[model.options[o].type.index()] -= counts[o];
    }
    return std::all_of(left.begin(), left.end(), [](std::int64_t count) { return count >= 0; });
}

bool within_caps(const PlanningModel& model, const Counts& partitions) {
    IdVector<FleetEntryId, std::int64_t> used(model.entries.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        used[model.partitions[m].entry] += partitions[m.index()];
    }
    return std::ranges::all_of(model.entries.ids(), [&](FleetEntryId e) {
        const auto cap = model.entries[e].cap;
        return !cap || used[e] <= *cap;
    });
}

}  // namespace

ReadBack read_back(const PlanningModel& model, const Formulation& formulation,
                   std::span<const double> values) {
    ReadBack out;
    Counts counts;
    Counts partitions;
    for (std::size_t c = 0; c < formulation.program.columns(); ++c) {
        if (c >= formulation.first_partition + model.partitions.size()) break;
        (c < formulation.first_partition ? counts : partitions).push_back(nearest(values[c]));
    }
    bool enough_replicas = true;
    for (const ServiceId s : model.demands.ids()) {
        const Given sum = given(model, s, counts);
        out.short_of_coverage |= sum.rate < needed(model, s, counts);
        enough_replicas &= sum.replicas >= model.demands[s].min_replicas;
    }
    if (out.short_of_coverage || !enough_replicas) return out;
    for (const ServiceId s : model.demands.ids()) drop_superfluous(model, s, counts);
    if (!within_supply(model, counts, partitions) || !within_caps(model, partitions)) return out;
    for (const PartitionId m : model.partitions.ids()) {
        out.cost += model.partitions[m].cost * partitions[m.index()];
    }
    out.plan = count_plan(model, counts, partitions);
    return out;
}

}  // namespace tangram::planner::compact
