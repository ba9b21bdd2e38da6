#include "planner/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "planner/place/placed_model.h"
#include "planner/place/spreading.h"

namespace tangram::planner {
namespace {

using place::Spreading;
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
std::optional<std::int64_t> places_in(const EntryLimit& limit, Spread spread) {
    if (!limit.cap || spread == Spread::kGpu) return limit.cap;
    return (*limit.cap + *limit.gpus_per_node - 1) / *limit.gpus_per_node;
}

// How many different places there are for a service's replicas; none: no limit.
std::optional<std::int64_t> places_for(const PlanningModel& model, ServiceId service) {
    const workload::Problem& problem = *model.problem;
    const Spread spread = model.demands[service].spread;
    const std::set<FleetEntryId> entries = entries_of(model, service);
    if (spread == Spread::kNode && !problem.nodes.empty()) {
        return std::ranges::count_if(problem.nodes, [&](const workload::Node& node) {
            return std::ranges::any_of(node.gpus, [&](const workload::NodeGpu& gpu) {
                return entries.contains(gpu.entry);
            });
        });
    }
    std::int64_t places = 0;
    for (const FleetEntryId entry : entries) {
        const auto here = places_in(model.entries[entry], spread);
        if (!here) return std::nullopt;
        places += *here;
    }
    return places;
}

// What the cheapest GPUs cost that hold the service's replicas apart. There are enough.
Cost least_cost(const PlanningModel& model, ServiceId service) {
    std::vector<std::pair<Cost, std::int64_t>> offers;  // cost, GPUs
    const std::int64_t wanted = model.demands[service].min_replicas;
    for (const FleetEntryId entry : entries_of(model, service)) {
        offers.emplace_back(model.problem->fleet[entry].cost,
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

Outcome infeasible(const Outcome& relaxed, std::string reason) {
    Outcome outcome = relaxed;
    outcome.status = Status::kInfeasible;
    outcome.plan.reset();
    outcome.cost = Cost{};
    outcome.stop_reason = std::move(reason);
    return outcome;
}

std::optional<std::string> too_few_places(const PlanningModel& model, ServiceId service) {
    const auto places = places_for(model, service);
    const Demand& demand = model.demands[service];
    if (!places || *places >= demand.min_replicas) return std::nullopt;
    const char* what = demand.spread == Spread::kNode ? "nodes" : "GPUs";
    return fmt::format(
        "service '{}' asks for {} replicas on different {}, and the fleet has {} it can use",
        model.problem->services[service].name, demand.min_replicas, what, *places);
}

IdVector<FleetEntryId, std::int64_t> gpus_used(const PlanningModel& model, const CountPlan& plan) {
    IdVector<FleetEntryId, std::int64_t> used(model.entries.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        used[model.partitions[m].entry] += plan.partitions[m];
    }
    return used;
}

bool has_room(const PlanningModel& model, const IdVector<FleetEntryId, std::int64_t>& used,
              FleetEntryId entry) {
    const auto& cap = model.entries[entry].cap;
    return !cap || used[entry] < *cap;
}

// The partition whose GPU helps most of the services that lack a place, per cost; invalid if no
// entry with room helps any.
PartitionId most_helpful(const PlanningModel& model, const CountPlan& plan,
                         const std::vector<place::WitnessSearch::Missing>& missing) {
    const IdVector<FleetEntryId, std::int64_t> used = gpus_used(model, plan);
    PartitionId best;
    std::int64_t best_helped = 0;
    for (const PartitionId m : model.partitions.ids()) {
        const PartitionChoice& partition = model.partitions[m];
        if (!has_room(model, used, partition.entry)) continue;
        const std::int64_t helped = std::ranges::count_if(missing, [&](const auto& one) {
            return std::ranges::any_of(plan.uses_of(one.service), [&](const Use& use) {
                return partition.counts[use.type.index()] > 0;
            });
        });
        if (helped == 0) continue;
        // helped / cost > best_helped / best_cost, without division
        if (!best.valid() ||
            helped * model.partitions[best].cost.count() > best_helped * partition.cost.count()) {
            best = m;
            best_helped = helped;
        }
    }
    return best;
}

// One more instance of the service's `type` on the plan.
void add_instance(ServiceId service, InstanceTypeId type, CountPlan& plan) {
    const auto begin = plan.uses.begin() + plan.first_use[service.index()];
    const auto end = plan.uses.begin() + plan.first_use[service.index() + 1];
    const auto use = std::find_if(begin, end, [&](const Use& u) { return u.type >= type; });
    if (use != end && use->type == type) {
        ++use->count;
        return;
    }
    plan.uses.insert(use, {type, 1});
    for (std::size_t s = service.index() + 1; s < plan.first_use.size(); ++s) ++plan.first_use[s];
}

// Where no GPU that can still be had offers an instance type the service uses, it gets one more
// instance, of another type, on one more GPU: the cheapest. False if there is none.
bool widen(const PlanningModel& model, ServiceId service, CountPlan& plan) {
    const IdVector<FleetEntryId, std::int64_t> used = gpus_used(model, plan);
    PartitionId best;
    InstanceTypeId best_type;
    for (const PartitionId m : model.partitions.ids()) {
        const PartitionChoice& partition = model.partitions[m];
        if (!has_room(model, used, partition.entry)) continue;
        if (best.valid() && model.partitions[best].cost <= partition.cost) continue;
        for (const Option& option : model.options_of(service)) {
            if (partition.counts[option.type.index()] == 0) continue;
            best = m;
            best_type = option.type;
        }
    }
    if (!best.valid()) return false;
    ++plan.partitions[best];
    add_instance(service, best_type, plan);
    return true;
}

// Adds GPUs until all replicas can be spread; nothing if the fleet does not allow it.
std::optional<CountPlan> with_more_gpus(const PlanningModel& model, CountPlan plan,
                                        Spreading spreading, const PlanOptions& options) {
    constexpr int kMostRounds = 200;
    for (int round = 0; round < kMostRounds && !spreading.missing.empty(); ++round) {
        if (options.cancelled && options.cancelled()) return std::nullopt;
        std::int64_t lacking = 0;
        for (const auto& one : spreading.missing) lacking = std::max(lacking, one.count);
        // Big steps where much is lacking, or large plans would take many rounds.
        for (std::int64_t i = 0; i < std::max<std::int64_t>(1, lacking / 2); ++i) {
            const PartitionId m = most_helpful(model, plan, spreading.missing);
            if (m.valid()) {
                ++plan.partitions[m];
            } else if (!widen(model, spreading.missing.front().service, plan)) {
                return std::nullopt;
            }
        }
        spreading = place::spread_replicas(model, plan);
    }
    if (!spreading.missing.empty()) return std::nullopt;
    return plan;
}

// How many GPUs of each entry a plan no dearer than `cost` can use; none: more than is small.
std::optional<IdVector<FleetEntryId, std::int64_t>> most_gpus(const PlanningModel& model,
                                                              std::optional<Cost> cost) {
    constexpr std::int64_t kNoLimit = 1'000'000;
    IdVector<FleetEntryId, std::int64_t> most(model.entries.size(), 0);
    std::int64_t total = 0;
    for (const PartitionChoice& partition : model.partitions) {
        std::int64_t gpus = model.entries[partition.entry].cap.value_or(kNoLimit);
        if (cost && partition.cost.count() > 0) {
            gpus = std::min(gpus, cost->count() / partition.cost.count());
        }
        most[partition.entry] = gpus;
    }
    for (const std::int64_t gpus : most) total += gpus;
    if (total >= kNoLimit) return std::nullopt;
    return most;
}

double seconds_left(const PlanOptions& options) {
    if (!options.deadline) return lp::kInfinity;
    const auto left = *options.deadline - std::chrono::steady_clock::now();
    return std::max(0.0, std::chrono::duration<double>(left).count());
}

void set_plan(const PlanningModel& model, CountPlan plan, const char* formulation,
              Outcome& outcome) {
    outcome.cost = cost_of(model, plan.partitions);
    outcome.plan = std::move(plan);
    outcome.formulation = formulation;
    outcome.status = outcome.cost == outcome.bound ? Status::kOptimal : Status::kFeasible;
    outcome.stop_reason = outcome.status == Status::kOptimal ? "proven" : "spread";
}

// The complete model, where it is small. Improves `outcome`, whose plan may be missing.
void decide_completely(const PlanningModel& model, const PlanOptions& options, Outcome& outcome) {
    const auto most = most_gpus(model, outcome.plan ? std::optional(outcome.cost) : std::nullopt);
    if (!most) return;
    std::int64_t gpus = 0;
    for (const std::int64_t count : *most) gpus += count;
    if (!place::small_enough(model, static_cast<std::size_t>(gpus))) return;
    const std::vector<place::Site> sites = place::sites_for(model, *most);
    if (!place::small_enough(model, sites.size())) return;
    place::PlacedLimits limits;
    limits.seconds = seconds_left(options);
    place::PlacedAnswer answer = place::cheapest_placed(model, sites, limits);
    constexpr std::uint64_t kWorkPerNode = 100'000;
    outcome.work +=
        kWorkPerNode * static_cast<std::uint64_t>(std::max<std::int64_t>(answer.nodes, 1));
    if (answer.status == lp::Status::kInfeasible && !outcome.plan) {
        outcome = infeasible(outcome, "no plan within the fleet keeps the replicas apart as asked");
        return;
    }
    const bool proven = answer.status == lp::Status::kOptimal;
    if (!proven && answer.status != lp::Status::kFeasible) return;
    const Cost cost = cost_of(model, answer.plan.partitions);
    if (proven) outcome.bound = std::max(outcome.bound, cost);
    const bool better = !outcome.plan || cost < outcome.cost;
    if (better && place::spread_replicas(model, answer.plan).missing.empty()) {
        set_plan(model, std::move(answer.plan), "placed", outcome);
    } else if (outcome.plan) {
        set_plan(model, *std::move(outcome.plan), "spread", outcome);
    }
}

}  // namespace

bool spread_asked(const PlanningModel& model) {
    return std::ranges::any_of(model.demands, place::needs_spread);
}

Outcome ensure_spread(const PlanningModel& model, const Outcome& relaxed,
                      const PlanOptions& options) {
    if (!spread_asked(model)) return relaxed;
    for (const ServiceId service : model.demands.ids()) {
        if (!place::needs_spread(model.demands[service])) continue;
        if (auto reason = too_few_places(model, service)) {
            return infeasible(relaxed, *std::move(reason));
        }
    }
    if (!relaxed.plan) return relaxed;
    Outcome outcome = relaxed;
    for (const ServiceId service : model.demands.ids()) {
        if (!place::needs_spread(model.demands[service])) continue;
        outcome.bound = std::max(outcome.bound, least_cost(model, service));
    }
    Spreading spreading = place::spread_replicas(model, *relaxed.plan);
    if (spreading.missing.empty()) {
        if (outcome.cost == outcome.bound) outcome.status = Status::kOptimal;
        return outcome;
    }
    CountPlan start = *std::move(outcome.plan);
    outcome.plan.reset();
    outcome.cost = Cost{};
    outcome.status = Status::kUnknown;
    outcome.stop_reason = "spread: no plan found that keeps the replicas apart as asked";
    if (auto plan = with_more_gpus(model, std::move(start), std::move(spreading), options)) {
        set_plan(model, *std::move(plan), "spread", outcome);
    }
    if (outcome.status != Status::kOptimal) decide_completely(model, options, outcome);
    return outcome;
}

}  // namespace tangram::planner
