#include "planner/apart_needs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "planner/place/ground.h"

namespace tangram::planner {
namespace {

using workload::Spread;

// The fleet entries a service has options on.
std::set<FleetEntryId> entries_of(const PlanningModel& model, ServiceId service) {
    std::set<FleetEntryId> entries;
    for (const Option& option : model.options_of(service)) {
        entries.insert(model.types[option.type].entry);
    }
    return entries;
}

// How many different places (GPUs or nodes) of an unnamed entry there are; none: no limit.
std::optional<std::int64_t> places_in(const EntryLimit& limit, bool nodes) {
    if (!limit.cap || !nodes) return limit.cap;
    return (*limit.cap + *limit.gpus_per_node - 1) / *limit.gpus_per_node;
}

}  // namespace

std::optional<std::int64_t> places_for(const PlanningModel& model, ServiceId service, bool nodes) {
    const workload::Problem& problem = *model.problem;
    const std::set<FleetEntryId> entries = entries_of(model, service);
    if (nodes && !problem.nodes.empty()) {
        return std::ranges::count_if(problem.nodes, [&](const workload::Node& node) {
            return std::ranges::any_of(node.gpus, [&](const workload::NodeGpu& gpu) {
                return entries.contains(gpu.entry);
            });
        });
    }
    std::int64_t places = 0;
    for (const FleetEntryId entry : entries) {
        const auto here = places_in(model.entries[entry], nodes);
        if (!here) return std::nullopt;
        places += *here;
    }
    return places;
}

namespace {

// The most one GPU can serve.
std::int64_t most_on_a_gpu(const PlanningModel& model, ServiceId service) {
    std::int64_t most = 0;
    for (const PartitionChoice& partition : model.partitions) {
        std::int64_t here = 0;
        for (const Option& option : model.options_of(service)) {
            here += option.throughput.count() * partition.counts[option.type.index()];
        }
        most = std::max(most, here);
    }
    return most;
}

// GPUs the service needs: those that are left when one is lost must hold what must be left.
std::int64_t gpus_needed(const PlanningModel& model, ServiceId service) {
    const Demand& demand = model.demands[service];
    std::int64_t gpus = place::needs_spread(demand) ? demand.min_replicas : 1;
    if (const std::int64_t left = demand.after_loss().count(); left > 0) {
        const std::int64_t most = most_on_a_gpu(model, service);
        gpus = std::max(gpus, (left + most - 1) / most + 1);
    }
    return gpus;
}

std::optional<std::string> too_few_for_spread(const PlanningModel& model, ServiceId service) {
    const Demand& demand = model.demands[service];
    const bool nodes = demand.spread == Spread::kNode;
    const auto places = places_for(model, service, nodes);
    if (!places || *places >= demand.min_replicas) return std::nullopt;
    return fmt::format(
        "service '{}' asks for {} replicas on different {}, and the fleet has {} it can use",
        model.problem->services[service].name, demand.min_replicas, nodes ? "nodes" : "GPUs",
        *places);
}

std::optional<std::string> too_few_for_loss(const PlanningModel& model, ServiceId service,
                                            const char* lost, bool nodes) {
    const std::int64_t needed = nodes ? 2 : gpus_needed(model, service);
    const auto places = places_for(model, service, nodes);
    if (!places || *places >= needed) return std::nullopt;
    return fmt::format(
        "service '{}' must survive the loss of a {}, which takes {} {} at least, and the fleet "
        "has {} it can use",
        model.problem->services[service].name, lost, needed, nodes ? "nodes" : "GPUs", *places);
}

}  // namespace

std::optional<std::string> too_few_places(const PlanningModel& model, ServiceId service) {
    const Demand& demand = model.demands[service];
    std::optional<std::string> reason;
    if (place::needs_spread(demand)) reason = too_few_for_spread(model, service);
    const bool node = demand.after_node_loss.count() > 0;
    if (!reason && node) reason = too_few_for_loss(model, service, "node", true);
    if (!reason && demand.after_loss().count() > 0) {
        reason = too_few_for_loss(model, service, node ? "node" : "GPU", false);
    }
    return reason;
}

Cost least_cost_apart(const PlanningModel& model, ServiceId service) {
    std::vector<std::pair<Cost, std::int64_t>> offers;  // cost, GPUs
    const std::int64_t wanted = gpus_needed(model, service);
    IdVector<FleetEntryId, Cost> cost_of_one(model.entries.size());
    for (const PartitionChoice& partition : model.partitions) {
        cost_of_one[partition.entry] = partition.cost;
    }
    for (const FleetEntryId entry : entries_of(model, service)) {
        offers.emplace_back(cost_of_one[entry],
                            std::min(model.entries[entry].cap.value_or(wanted), wanted));
    }
    std::ranges::sort(offers);
    Cost cost;
    std::int64_t left = wanted;
    for (const auto& [each, count] : offers) {
        cost += each * std::min(count, left);
        left -= std::min(count, left);
    }
    return cost;
}

}  // namespace tangram::planner
