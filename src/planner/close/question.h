// What staying close asks, in counts: which GPUs are cut how, who may stay, which covers there are.
//
// GPUs with equal seats form a class. A cut of a class is a maximal layout that holds its frozen
// seats; the other seats that lie in the layout may stay, each with its service, or be handed to
// another service. Where GPUs are cut all at once, seats stay only with the cut there is, which is
// one more, maximal or not. Frozen instances are taken out on both sides: their places are no
// supply, their capacity is no demand.
//
//   y[c,j] GPUs of class c are cut the way j, z[m] further GPUs into partition m, and
//   x[s,k] instances of type k serve s, of which new[s,k] are started:
//     minimise  sum weight[s,k] new[s,k]
//     such that x[s] covers s;  new[s,k] >= x[s,k] - sum stays[c,j,s,k] y[c,j];  new >= 0
//               sum_s x[s,k] <= sum counts[c,j,k] y[c,j] + sum n[m,k] z[m]
//               sum_j y[c,j] <= GPUs of c  (=, where something on them is frozen)
//               GPUs of an entry <= cap;  their cost <= budget.
//
// What a plan cannot afford is left out, exactly: for prices w >= 0 and rents of capped entries
// with w . counts <= cost + rent for every partition, every plan within the budget satisfies
//   sum of (price of a cover - price of the service's cheapest) + sum of slack of the cuts used
//     <= gap = budget + sum cap x rent - sum of cheapest covers - what is frozen,
// so neither covers nor cuts beyond the gap can be part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "planner/close/covers.h"
#include "planner/close/current.h"
#include "planner/outcome.h"

namespace tangram::planner::close {

struct Stay {
    std::size_t option = 0;  // into PlanningModel::options
    int count = 0;
    friend bool operator==(const Stay&, const Stay&) = default;
};

struct Cut {
    FleetEntryId entry;
    std::vector<gpu::Placement> placements;  // by start; of frozen GPUs those in use
    std::vector<int> counts;                 // by type; without what is frozen
    std::vector<Stay> stays;                 // by option; without what is frozen
};

struct GpuClass {
    std::vector<std::size_t> gpus;  // into CurrentFleet::gpus
    std::vector<Cut> cuts;          // none dominated by another
    bool held = false;              // all of them stay in use: something on them is frozen
};

struct ServiceChoice {
    Need need;
    CoverList list;          // where it is not complete, any counts that cover
    std::int64_t limit = 0;  // what a cover may cost at Question::prices
};

struct Question {
    const PlanningModel* model = nullptr;
    const CurrentFleet* fleet = nullptr;
    std::optional<Cost> budget;  // none: as much as it takes
    Cost least_cost;             // no plan costs less
    std::vector<GpuClass> classes;
    std::vector<PartitionId> partitions;  // for further GPUs
    IdVector<ServiceId, ServiceChoice> services;
    std::vector<std::int64_t> prices;     // of money, by type; 0 where there are none
    std::vector<std::int64_t> weights;    // by option: what starting one instance costs
    std::vector<std::int64_t> available;  // by option: seats that are not frozen
    std::vector<std::int64_t> fixed;      // by option: frozen seats
    std::vector<ServiceId> short_frozen;  // frozen services whose instances are not enough
    // Only for what may be lost with a GPU: no more of a listed cover on one than leaves enough.
    // Leaves out plans that have more than a minimal cover, so it proves nothing.
    bool apart = false;
};

struct QuestionLimits {
    std::size_t covers_per_service = 400;
    std::int64_t steps_per_service = 20'000;
};

// What the plans may cost. `prices` may be empty; prices that are not feasible are ignored.
struct Money {
    std::optional<Cost> budget;
    Cost least_cost;
    Prices prices;
};

// `weights` by option of the model.
[[nodiscard]] Question ask(const PlanningModel& model, const CurrentFleet& fleet,
                           const Money& money, std::vector<std::int64_t> weights,
                           const QuestionLimits& limits);

// No plan restarts less, whatever it costs: every service must start what its cover has beyond the
// seats there are. In the unit of the weights.
[[nodiscard]] std::int64_t least_restart(const Question& question);

}  // namespace tangram::planner::close
