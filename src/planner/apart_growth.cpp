#include "planner/apart_growth.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tangram::planner {
namespace {

using place::Spreading;

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

std::vector<std::int64_t> idle_instances(const PlanningModel& model, const CountPlan& plan) {
    std::vector<std::int64_t> idle(model.types.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        for (std::size_t k = 0; k < idle.size(); ++k) {
            idle[k] += plan.partitions[m] * model.partitions[m].counts[k];
        }
    }
    for (const Use& use : plan.uses) idle[use.type.index()] -= use.count;
    return idle;
}

// The partition whose GPU helps most of the services that lack a place, per cost; invalid if no
// entry with room helps any.
PartitionId most_helpful(const PlanningModel& model, const CountPlan& plan,
                         const std::vector<place::PinSearch::Missing>& missing) {
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

// One idle instance for each service that lacks places and must survive losses: of its types no
// larger than what it has (whose loss is paid for) the largest. False if there is none.
bool use_idle(const PlanningModel& model, const std::vector<place::PinSearch::Missing>& missing,
              CountPlan& plan) {
    std::vector<std::int64_t> idle = idle_instances(model, plan);
    bool used = false;
    for (const auto& one : missing) {
        if (!place::survives_losses(model.demands[one.service])) continue;
        Rate largest;
        for (const Use& use : plan.uses_of(one.service)) {
            largest = std::max(largest, Rate{place::throughput_of(model, one.service, use.type)});
        }
        const Option* best = nullptr;
        for (const Option& option : model.options_of(one.service)) {
            if (idle[option.type.index()] == 0 || option.throughput > largest) continue;
            if (best == nullptr || option.throughput > best->throughput) best = &option;
        }
        if (best == nullptr) continue;
        add_instance(one.service, best->type, plan);
        --idle[best->type.index()];
        used = true;
    }
    return used;
}

// False if the fleet has no GPU that helps.
bool add_gpus(const PlanningModel& model, const Spreading& spreading, CountPlan& plan) {
    std::int64_t lacking = 0;
    for (const auto& one : spreading.missing) lacking = std::max(lacking, one.count);
    // Big steps where much is lacking, or large plans would take many rounds.
    for (std::int64_t i = 0; i < std::max<std::int64_t>(1, lacking / 2); ++i) {
        const PartitionId m = most_helpful(model, plan, spreading.missing);
        if (m.valid()) {
            ++plan.partitions[m];
        } else if (!widen(model, spreading.missing.front().service, plan)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<CountPlan> grow_until_apart(const PlanningModel& model, CountPlan plan,
                                          Spreading spreading, const PlanOptions& options) {
    constexpr int kMostRounds = 200;
    constexpr int kIdleRounds = 2;  // between GPUs
    int idle_rounds = 0;
    for (int round = 0; round < kMostRounds && !spreading.missing.empty(); ++round) {
        if (options.cancelled && options.cancelled()) return std::nullopt;
        if (idle_rounds < kIdleRounds && use_idle(model, spreading.missing, plan)) {
            ++idle_rounds;
        } else if (add_gpus(model, spreading, plan)) {
            idle_rounds = 0;
        } else if (!use_idle(model, spreading.missing, plan)) {
            return std::nullopt;
        }
        spreading = place::spread_replicas(model, plan);
    }
    if (!spreading.missing.empty()) return std::nullopt;
    return plan;
}

}  // namespace tangram::planner
