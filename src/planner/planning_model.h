// The one description every planner works on: which instance types there are, how GPUs can be
// partitioned into them, and what each service can use. Built once from a Problem.
//
// Shapes: K instance types (a profile on a fleet entry), M partitions, N demands (one per service).
//   minimise  sum_m cost[m] y[m]
//   such that sum_k throughput[s,k] x[s,k] >= required[s]   for every demand s
//             sum_k x[s,k] >= min_replicas[s]
//             sum_k throughput[s,k] x[s,k] - (what of s is on g) >= after_gpu_loss[s]
//                                                           for every GPU g; nodes likewise
//             sum_s x[s,k] <= sum_m counts[m][k] y[m]       for every instance type k
//             sum_{m of entry e} y[m] <= cap[e]             for every capped fleet entry e
//             x, y integer >= 0; replicas spread as asked.
// Only instance types some service can use take part; partitions are maximal over those.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"
#include "base/result.h"
#include "gpu/layout.h"
#include "workload/problem.h"

namespace tangram::planner {

using InstanceTypeId = Id<struct InstanceTypeTag>;
using PartitionId = Id<struct PartitionTag>;
using workload::FleetEntryId;
using workload::ServiceId;

struct InstanceType {
    FleetEntryId entry;
    gpu::ProfileId profile;
};

struct PartitionChoice {
    FleetEntryId entry;
    Cost cost;                // of one GPU of the entry
    std::vector<int> counts;  // by InstanceTypeId, K long
    gpu::Layout layout;       // canonical layout with exactly these instances
};

// The best admissible operating point of one service on one instance type.
struct Option {
    InstanceTypeId type;
    Rate throughput;  // > 0
    perf::OperatingPointId point;
};

struct Demand {
    Rate required;  // capacity needed: rate over utilisation limit, rounded up
    int min_replicas = 1;
    workload::Spread spread = workload::Spread::kNone;
    std::uint32_t first_option = 0;  // into PlanningModel::options
    std::uint32_t option_count = 0;
    Rate after_gpu_loss;   // capacity that must be left after the loss of any one GPU; 0: not asked
    Rate after_node_loss;  // ... or node

    // What must be left without any one instance, since a GPU or node holds at least one.
    [[nodiscard]] Rate after_loss() const { return std::max(after_gpu_loss, after_node_loss); }
};

struct EntryLimit {
    std::optional<std::int64_t> cap;   // GPUs of this entry
    std::optional<int> gpus_per_node;  // nodes of this entry are filled in order
};

struct PlanningModel {
    const workload::Problem* problem = nullptr;  // not owned; outlives the model
    IdVector<InstanceTypeId, InstanceType> types;
    IdVector<PartitionId, PartitionChoice> partitions;
    IdVector<ServiceId, Demand> demands;
    std::vector<Option> options;  // grouped by demand, by ascending type within one
    IdVector<FleetEntryId, EntryLimit> entries;

    [[nodiscard]] std::span<const Option> options_of(ServiceId service) const {
        const Demand& demand = demands[service];
        return {options.data() + demand.first_option, demand.option_count};
    }
};

// The step between possible costs of plans: the greatest common divisor of the GPU costs; the
// smallest cost there is if all GPUs are free.
[[nodiscard]] Cost cost_step(const PlanningModel& model);

// For each service and instance type the admissible operating point with the highest throughput
// (ties: smaller batch, fewer processes, table order); a measured one before any estimate.
// Admissible: the model and precision asked
// for, measured (an estimate only where the problem allows them), within max_processes, `allow` and
// the profile's memory where both are known, not listed as failing, and within the latency rule for
// every objective. point_verdicts.h explains each choice. Errors: a service none of whose operating
// points is admissible (names its SLO and the best latency any profile reaches, or what else
// refuses); a model measured in several precisions without one being named; an `allow` no GPU
// satisfies; a fleet entry without published placements; spread over nodes or the loss of a node
// where nobody knows the nodes; numbers out of range, such as more than 10^15 thousandths of
// requests per second. O(points log points + services x types).
[[nodiscard]] Result<PlanningModel> build_planning_model(const workload::Problem& problem);

}  // namespace tangram::planner
