#include "planner/exact.h"

#include <algorithm>

#include "planner/apart.h"
#include "planner/compact/compact.h"
#include "planner/cover.h"
#include "planner/magnitudes.h"
#include "planner/price/engine.h"
#include "planner/price/master.h"

namespace tangram::planner {
namespace {

// More demands than this are beyond the compact model in any reasonable time.
constexpr std::size_t kCompactDemandsAtMost = 200;

bool magnitudes_in_range(const PlanningModel& model) {
    if (!counts_in_range(model)) return false;
    constexpr double kPriceSumAtMost = 1e18;  // of all covers, fits 64 bits with room
    std::int64_t dearest = 1;
    bool mixes = model.entries.size() > 1;
    for (const PartitionChoice& partition : model.partitions) {
        const bool free = partition.cost.count() == 0;
        dearest = std::max(dearest, free ? kCostPerUnit : partition.cost.count());
        mixes = mixes || free;
    }
    // Worths of GPUs in questions about one mix may be that much dearer (price/master.h).
    if (mixes) dearest *= price::kRentAtMost;
    double instances = 0;
    for (const ServiceId s : model.demands.ids()) {
        const Demand& demand = model.demands[s];
        const auto needed = static_cast<double>(capacity_at_most(demand, model.options_of(s)));
        double most = demand.min_replicas;
        for (const Option& option : model.options_of(s)) {
            most = std::max(most, needed / static_cast<double>(option.throughput.count()));
        }
        instances += most + 1;
    }
    return instances * static_cast<double>(dearest) * kPricePerCost < kPriceSumAtMost;
}

class ExactPlanner : public Planner {
public:
    [[nodiscard]] std::string_view name() const override { return "exact"; }

    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override {
        const auto begin = std::chrono::steady_clock::now();
        Outcome outcome =
            ensure_apart(model, without_places(model, options), without_places, options);
        outcome.engine = "exact";
        outcome.seed = options.seed;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        outcome.seconds = spent.count();
        if (outcome.plan) {
            const std::vector<std::string> faults = validate_counts(model, *outcome.plan);
            CHECK(faults.empty(), faults.front());
        }
        return outcome;
    }

private:
    [[nodiscard]] static Outcome without_places(const PlanningModel& model,
                                                const PlanOptions& options);
    [[nodiscard]] static Outcome nothing_to_plan(const PlanningModel& model);
    [[nodiscard]] static Outcome priced(const PlanningModel& model, const PlanOptions& options);
    static void second_opinion(const PlanningModel& model, const PlanOptions& options,
                               Outcome& outcome);
    static void hold_against_cap(std::int64_t cap, Cost gpu_cost, Outcome& outcome);
};

Outcome ExactPlanner::nothing_to_plan(const PlanningModel& model) {
    Outcome outcome;
    outcome.status = Status::kOptimal;
    outcome.formulation = "trivial";
    outcome.stop_reason = "proven";
    outcome.plan =
        CountPlan{.first_use = {0},
                  .uses = {},
                  .partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0)};
    return outcome;
}

Outcome ExactPlanner::priced(const PlanningModel& model, const PlanOptions& options) {
    price::EngineResult result = price::solve(model, options);
    Outcome outcome;
    outcome.plan = std::move(result.plan);
    outcome.cost = result.cost;
    outcome.bound = result.bound;
    outcome.prices = std::move(result.prices);
    outcome.formulation = std::move(result.formulation);
    outcome.work = result.work;
    outcome.reproducible = !result.out_of_time;
    if (result.infeasible) {
        outcome.status = Status::kInfeasible;
        outcome.stop_reason = "proven";
    } else if (outcome.plan && outcome.cost == outcome.bound) {
        outcome.status = Status::kOptimal;
        outcome.stop_reason = "proven";
    } else {
        outcome.status = outcome.plan ? Status::kFeasible : Status::kUnknown;
        outcome.stop_reason = result.out_of_time   ? "deadline or interrupt"
                              : result.out_of_work ? "work budget"
                                                   : "searches exhausted";
    }
    return outcome;
}

// Lets the compact model look for a better plan. Its bound is not taken: it rests on a MIP solver's
// arithmetic over large rates, which has been seen to prune the optimum.
void ExactPlanner::second_opinion(const PlanningModel& model, const PlanOptions& options,
                                  Outcome& outcome) {
    PlanOptions rest = options;
    rest.work_budget = options.work_budget - std::min(options.work_budget, outcome.work);
    Outcome other = compact::CompactPlanner{}.plan(model, rest);
    outcome.work += other.work;
    outcome.reproducible = outcome.reproducible && other.reproducible;
    if (other.status == Status::kInfeasible && !outcome.plan) {
        outcome.status = Status::kInfeasible;
        outcome.formulation = "compact";
        outcome.stop_reason = "proven";
        outcome.gpus_needed = other.gpus_needed;
        return;
    }
    if (!other.plan || (outcome.plan && other.cost >= outcome.cost)) return;
    outcome.plan = std::move(other.plan);
    outcome.cost = other.cost;
    outcome.formulation += " + compact";
    const bool proven = outcome.cost == outcome.bound;
    outcome.status = proven ? Status::kOptimal : Status::kFeasible;
    if (proven) outcome.stop_reason = "proven";
}

// `outcome` ignored the cap; what it found or proved decides.
void ExactPlanner::hold_against_cap(std::int64_t cap, Cost gpu_cost, Outcome& outcome) {
    const Cost affordable = gpu_cost * cap;
    if (outcome.bound > affordable) {
        // The bound is a whole number of GPUs: the step between costs is one GPU.
        outcome.gpus_needed = outcome.bound.count() / gpu_cost.count();
        outcome.status = Status::kInfeasible;
        outcome.stop_reason = "proven";
        outcome.plan.reset();
        outcome.cost = Cost{};
    } else if (outcome.plan && outcome.cost > affordable) {
        outcome.status = Status::kUnknown;
        outcome.stop_reason = "no plan within the fleet found, and none disproved";
        outcome.plan.reset();
        outcome.cost = Cost{};
    }
}

Outcome ExactPlanner::without_places(const PlanningModel& model, const PlanOptions& options) {
    if (model.demands.empty()) return nothing_to_plan(model);
    if (!magnitudes_in_range(model)) {
        Outcome outcome;
        outcome.formulation = "none";
        outcome.stop_reason = "rates over throughputs exceed a billion instances";
        return outcome;
    }
    const bool one_kind = model.entries.size() == 1;
    const std::optional<std::int64_t> cap =
        one_kind ? model.entries[FleetEntryId{0}].cap : std::nullopt;
    const Cost gpu_cost = model.partitions[PartitionId{0}].cost;
    const bool compare_cap_later = cap && gpu_cost.count() > 0;
    PlanningModel uncapped;
    if (compare_cap_later) {
        uncapped = model;
        uncapped.entries[FleetEntryId{0}].cap.reset();
    }
    const PlanningModel& relaxed = compare_cap_later ? uncapped : model;
    Outcome outcome = priced(relaxed, options);
    const bool open = outcome.status == Status::kFeasible || outcome.status == Status::kUnknown;
    if (open && outcome.reproducible && model.demands.size() <= kCompactDemandsAtMost) {
        second_opinion(relaxed, options, outcome);
    }
    if (compare_cap_later) hold_against_cap(*cap, gpu_cost, outcome);
    return outcome;
}

}  // namespace

std::unique_ptr<Planner> make_exact_planner() { return std::make_unique<ExactPlanner>(); }

}  // namespace tangram::planner
