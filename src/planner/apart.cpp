#include "planner/apart.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "planner/apart_growth.h"
#include "planner/apart_needs.h"
#include "planner/crowded.h"
#include "planner/place/placed_model.h"
#include "planner/place/spreading.h"

namespace tangram::planner {
namespace {

using place::Spreading;

Outcome infeasible(const Outcome& relaxed, std::string reason) {
    Outcome outcome = relaxed;
    outcome.status = Status::kInfeasible;
    outcome.plan.reset();
    outcome.cost = Cost{};
    outcome.stop_reason = std::move(reason);
    return outcome;
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

bool losses_asked(const PlanningModel& model) {
    return std::ranges::any_of(model.demands, place::survives_losses);
}

// A plan that has what losses take on the few GPUs its cost buys, if `counts` finds one. Raises the
// outcome's bound over costs that buy too few.
std::optional<CountPlan> plan_when_crowded(const PlanningModel& model, const CountsPlanner& counts,
                                           const PlanOptions& options, Outcome& outcome) {
    constexpr int kMostRounds = 20;
    PlanOptions rest = options;
    rest.progress = {};
    for (int round = 0; round < kMostRounds; ++round) {
        const auto gpus = gpus_within(model, outcome.bound);
        if (!gpus || outcome.work >= options.work_budget) return std::nullopt;
        rest.work_budget = options.work_budget - outcome.work;
        Outcome again = counts(crowded(model, *gpus), rest);
        outcome.work += again.work;
        outcome.reproducible = outcome.reproducible && again.reproducible;
        // No plan is on so few GPUs, so none costs so little.
        const bool refuted = again.status == Status::kInfeasible || again.bound > outcome.bound;
        if (!refuted) return std::move(again.plan);
        // The next cost there can be.
        const Cost step = cost_step(model);
        outcome.bound = step * (outcome.bound.count() / step.count() + 1);
    }
    return std::nullopt;
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
    const PlanningModel few = losses_asked(model) ? crowded(model, gpus) : PlanningModel{};
    place::PlacedAnswer answer =
        place::cheapest_placed(losses_asked(model) ? few : model, sites, limits);
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

bool apart_asked(const PlanningModel& model) {
    return std::ranges::any_of(model.demands, place::needs_pins);
}

Outcome ensure_apart(const PlanningModel& model, const Outcome& relaxed,
                     const CountsPlanner& counts, const PlanOptions& options) {
    if (!apart_asked(model)) return relaxed;
    for (const ServiceId service : model.demands.ids()) {
        if (!place::needs_pins(model.demands[service])) continue;
        if (auto reason = too_few_places(model, service)) {
            return infeasible(relaxed, *std::move(reason));
        }
    }
    if (!relaxed.plan) return relaxed;
    Outcome outcome = relaxed;
    for (const ServiceId service : model.demands.ids()) {
        if (!place::needs_pins(model.demands[service])) continue;
        outcome.bound = std::max(outcome.bound, least_cost_apart(model, service));
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
    if (losses_asked(model)) {
        if (auto plan = plan_when_crowded(model, counts, options, outcome)) {
            start = *std::move(plan);
            spreading = place::spread_replicas(model, start);
        }
    }
    if (auto plan = grow_until_apart(model, std::move(start), std::move(spreading), options)) {
        set_plan(model, *std::move(plan), "spread", outcome);
    }
    if (outcome.status != Status::kOptimal) decide_completely(model, options, outcome);
    return outcome;
}

}  // namespace tangram::planner
