// What a planner answers: counts, a proven bound, and how it got there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "planner/planning_model.h"

namespace tangram::planner {

enum class Status {
    kOptimal,     // cost == bound
    kFeasible,    // a plan, not proven best
    kInfeasible,  // proven: no plan exists within the fleet
    kPartial,     // the fleet is too small, and the plan serves what fits
    kUnknown,     // stopped by a limit without a plan
};
[[nodiscard]] std::string_view name(Status status);

// So many instances of one type for one service.
struct Use {
    InstanceTypeId type;
    std::int64_t count = 0;  // > 0
};

// A plan as counts: exact about how many, silent about which GPU.
struct CountPlan {
    std::vector<std::uint32_t> first_use;            // N + 1 offsets into uses
    std::vector<Use> uses;                           // grouped by service, ascending type
    IdVector<PartitionId, std::int64_t> partitions;  // GPUs cut this way

    [[nodiscard]] std::span<const Use> uses_of(ServiceId service) const {
        return {uses.data() + first_use[service.index()],
                first_use[service.index() + 1] - first_use[service.index()]};
    }
};

// What the GPUs cost together.
[[nodiscard]] Cost cost_of(const PlanningModel& model,
                           const IdVector<PartitionId, std::int64_t>& partitions);

// What `plan` breaks of the model's rows (planning_model.h), places apart (spread, losses): one
// sentence each, empty if it is valid. Of a loss it sees what covers do (cover.h). Nothing is
// assumed about the plan but that its offsets lie within `uses`. O(services + uses + K M).
[[nodiscard]] std::vector<std::string> validate_counts(const PlanningModel& model,
                                                       const CountPlan& plan);

// A price in units of 1/840 of a Cost, so 1/(840 x 10^6) of the user's cost unit: divisible by 3,
// 5, 7 and 8, because optimal prices often are such fractions of a GPU.
using Price = Quantity<struct PriceUnit>;
inline constexpr std::int64_t kPricePerCost = 840;

// Dual prices: what one instance of each type costs at the margin, and the rent of one GPU of a
// capped entry on top of its cost. For every partition: sum_k counts[k] price[k] <= cost + rent.
struct Prices {
    IdVector<InstanceTypeId, Price> types;
    IdVector<FleetEntryId, Price> rents;
};

// What a plan for too small a fleet leaves out.
inline constexpr std::int64_t kSharesPerWhole = 1'000;
struct Shortfall {
    ServiceId service;
    Rate served;  // less than its rate
};
struct PriorityClass {
    int priority = 0;
    std::size_t services = 0;
    std::int64_t share = 0;  // every service of the class gets that much, in 1/kSharesPerWhole
    std::optional<std::int64_t> beyond;  // proven: no plan gives that much to each of them
};
// So many more GPUs of one kind would serve all.
struct Cure {
    FleetEntryId entry;
    std::int64_t gpus = 0;
    bool fewest = false;  // proven
};
struct Partial {
    std::vector<Shortfall> shortfalls;
    std::vector<PriorityClass> classes;  // greatest priority first
    std::vector<Cure> cures;
};

// Time that slices spend on starting models: start time x compute slices, counted in thousandths of
// a slice-second.
using SliceTime = Quantity<struct SliceTimeUnit>;
inline constexpr std::int64_t kSliceTimePerSecond = 1'000;

// How far a plan is from the deployment it starts from (close/).
struct Restart {
    SliceTime cost;   // of all instances that are started
    SliceTime bound;  // proven: no plan within the same cost of GPUs restarts less
    std::int64_t kept = 0, started = 0, stopped = 0;  // instances
    std::string note;  // why it is further away than the search found; empty: it is not
};

struct Outcome {
    Status status = Status::kUnknown;
    std::optional<CountPlan> plan;
    Cost cost;           // of the plan
    Cost bound;          // proven: no plan costs less (ignoring caps only where status says so)
    Prices prices;       // empty if the engine has none
    std::string engine;  // "exact", "whole-gpu", ...
    std::string formulation;  // which part of the engine gave the answer: "priced", "compact", ...
    std::string stop_reason;  // "proven", "work budget", "deadline", ...
    std::uint64_t seed = 0;
    std::uint64_t work = 0;                   // work units spent; reproducible
    bool reproducible = true;                 // false if a deadline ended it
    std::optional<std::int64_t> gpus_needed;  // with kInfeasible: proven need, where known
    double seconds = 0;                       // timing only
    std::optional<Restart> restart;           // of a plan made to stay close to a deployment
    // Set where the plan answers another model than the one that was asked about: an engine that
    // cuts GPUs in a fixed way, or demands that were lowered. Types and services are the same.
    std::shared_ptr<const PlanningModel> plan_model;
    std::optional<Partial> partial;  // with kPartial
};

// The model whose partitions the outcome's plan speaks of: what to validate and assemble it with.
[[nodiscard]] inline const PlanningModel& plan_model_of(const Outcome& outcome,
                                                        const PlanningModel& asked) {
    return outcome.plan_model ? *outcome.plan_model : asked;
}

}  // namespace tangram::planner
