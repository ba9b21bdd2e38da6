#include "planner/baseline/baseline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"

namespace tangram::planner::baseline {
namespace {

constexpr std::string_view kBest = "best under the restriction";

// The one service that stops the cut from working, if any.
std::optional<ServiceId> unservable(const PlanningModel& model) {
    for (const ServiceId s : model.demands.ids()) {
        const Demand& demand = model.demands[s];
        if (demand.option_count == 0 && (demand.required.count() > 0 || demand.min_replicas > 0)) {
            return s;
        }
    }
    return std::nullopt;
}

// True if one partition of one type is all there is: every service is a division.
bool is_division(const PlanningModel& model) {
    const bool apart = std::ranges::any_of(model.demands, [](const Demand& demand) {
        return (demand.spread != workload::Spread::kNone && demand.min_replicas > 1) ||
               demand.after_loss().count() > 0;
    });
    if (apart || model.partitions.size() != 1) return false;
    const std::vector<int>& counts = model.partitions[PartitionId{0}].counts;
    return std::ranges::count_if(counts, [](int count) { return count > 0; }) == 1;
}

Outcome divide(const PlanningModel& model) {
    Outcome outcome;
    CountPlan plan;
    plan.first_use.push_back(0);
    std::int64_t instances = 0;
    for (const ServiceId s : model.demands.ids()) {
        const Demand& demand = model.demands[s];
        if (demand.option_count > 0) {
            const Option& option = model.options_of(s).front();
            const std::int64_t throughput = option.throughput.count();
            const std::int64_t count =
                std::max((demand.required.count() + throughput - 1) / throughput,
                         static_cast<std::int64_t>(demand.min_replicas));
            if (count > 0) plan.uses.push_back({option.type, count});
            instances += count;
        }
        plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
    }
    const PartitionChoice& partition = model.partitions[PartitionId{0}];
    const std::int64_t per_gpu = *std::ranges::max_element(partition.counts);
    const std::int64_t gpus = (instances + per_gpu - 1) / per_gpu;
    outcome.work = model.demands.size();
    outcome.stop_reason = "proven";
    const auto cap = model.entries[partition.entry].cap;
    if (cap && gpus > *cap) {
        outcome.status = Status::kInfeasible;
        outcome.gpus_needed = gpus;
        return outcome;
    }
    plan.partitions.push_back(gpus);
    outcome.plan = std::move(plan);
    outcome.cost = partition.cost * gpus;
    outcome.status = Status::kOptimal;
    return outcome;
}

Outcome infeasible(std::string reason) {
    Outcome outcome;
    outcome.status = Status::kInfeasible;
    outcome.stop_reason = std::move(reason);
    return outcome;
}

// What the engine proved about the restriction, said about the problem.
Outcome relabel(Outcome outcome, RestrictedModel restricted, const PlanningModel& model) {
    if (outcome.plan) {
        const bool best = outcome.status == Status::kOptimal;
        outcome.status = Status::kFeasible;
        outcome.stop_reason = best
                                  ? std::string(kBest)
                                  : "not proven best under the restriction: " + outcome.stop_reason;
        if (restricted.can_lift()) {
            outcome.plan = lift(restricted, model, *std::move(outcome.plan));
        } else {
            outcome.plan_model = std::make_shared<const PlanningModel>(std::move(restricted.model));
        }
    } else if (outcome.status == Status::kInfeasible) {
        outcome.stop_reason =
            outcome.gpus_needed ? fmt::format("the restriction needs {} GPUs", *outcome.gpus_needed)
                                : "not under the restriction: " + outcome.stop_reason;
    }
    outcome.bound = Cost{};
    outcome.prices = {};
    return outcome;
}

Outcome solve(Cut cut, const Planner& engine, const PlanningModel& model,
              const PlanOptions& options) {
    Result<RestrictedModel> restricted = restrict_to(cut, model);
    if (!restricted) return infeasible(restricted.error().text());
    if (const auto service = unservable(restricted->model)) {
        return infeasible(fmt::format("service '{}' has no admissible operating point on {}",
                                      model.problem->services[*service].name,
                                      fmt::join(restricted->profiles, ", ")));
    }
    PlanOptions inner = options;
    inner.progress = nullptr;  // its bounds are not the problem's
    Outcome outcome = is_division(restricted->model) ? divide(restricted->model)
                                                     : engine.plan(restricted->model, inner);
    return relabel(std::move(outcome), *std::move(restricted), model);
}

}  // namespace

FixedCutPlanner::FixedCutPlanner(Cut cut, std::unique_ptr<const Planner> engine)
    : cut_(cut), engine_(std::move(engine)) {
    CHECK(engine_ != nullptr);
}

Outcome FixedCutPlanner::plan(const PlanningModel& model, const PlanOptions& options) const {
    const auto start = std::chrono::steady_clock::now();
    Outcome outcome = solve(cut_, *engine_, model, options);
    outcome.engine = name();
    outcome.formulation = "fixed cut";
    outcome.seed = options.seed;
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outcome;
}

}  // namespace tangram::planner::baseline
