// The question a planner is asked: which services, on which fleet, measured how.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"
#include "gpu/catalogue.h"
#include "perf/latency_rule.h"
#include "perf/performance_table.h"

namespace tangram::workload {

using ServiceId = Id<struct ServiceTag>;        // index into Problem::services
using FleetEntryId = Id<struct FleetEntryTag>;  // index into Problem::fleet

// min_replicas replicas must be on pairwise different GPUs or nodes; further ones anywhere.
enum class Spread { kNone, kGpu, kNode };

struct Service {
    std::string name;
    perf::ModelId model;
    std::string precision;  // empty: the model has one only
    Rate rate;              // to sustain
    std::vector<perf::Objective> slo;
    int max_processes = 1;
    Duration max_wait{};
    int min_replicas = 1;
    Spread spread = Spread::kNone;
    std::optional<Share> survive_gpu;   // share of the rate left after losing any one GPU
    std::optional<Share> survive_node;  // ... or node
    int priority = 0;
    std::optional<Share> max_utilization;     // overrides the problem's
    std::vector<std::string> allow_profiles;  // empty: all; names or aliases
    std::vector<gpu::GpuModelId> allow_gpus;  // empty: all
};

// A kind of GPU that may be used.
struct FleetEntry {
    gpu::GpuModelId model;
    std::optional<std::int64_t> count;  // absent: as many as needed
    Cost cost{kCostPerUnit};
    std::optional<int> gpus_per_node;
};

// Named physical GPUs; optional. Where given, counts are derived from it.
struct NodeGpu {
    std::string id;
    FleetEntryId entry;
};
struct Node {
    std::string name;
    std::vector<NodeGpu> gpus;
};

struct Problem {
    std::shared_ptr<const gpu::Catalogue> catalogue;
    gpu::RuleSet rules;
    IdVector<FleetEntryId, FleetEntry> fleet;
    std::vector<Node> nodes;
    std::shared_ptr<const perf::PerformanceTable> table;
    perf::LatencyRule latency_rule = perf::LatencyRule::kTwoBatches;
    Share max_utilization{kSharePerOne};
    bool allow_estimates = false;  // operating points may be estimates; asked for with every plan
    IdVector<ServiceId, Service> services;

    [[nodiscard]] const gpu::GpuModel& gpu_model(FleetEntryId entry) const {
        return catalogue->model(fleet[entry].model);
    }
    [[nodiscard]] Share utilization_limit(ServiceId service) const {
        return services[service].max_utilization.value_or(max_utilization);
    }
};

// The capacity that keeps the service at or below its utilisation limit: the smallest whole number
// of thousandths c with c x limit >= rate. CHECKs limit > 0. Exact (128-bit inside).
[[nodiscard]] Rate required_capacity(Rate rate, Share limit);

// The smallest whole number of thousandths that is at least `share` of the rate; 0 without a share.
// Exact (128-bit inside); CHECKs that the result fits.
[[nodiscard]] Rate share_of_rate(Rate rate, const std::optional<Share>& share);

}  // namespace tangram::workload
