// A deployment: numbered GPUs, the instances on them, and what each instance runs. It stands by
// itself (names, not references into a problem), because the same file is tomorrow's current
// deployment. It is a claim: legality is what the checker (checker.h) establishes, so that a file
// with an illegal layout can be read and reported.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/quantity.h"

namespace tangram::deployment {

using ServiceNameId = Id<struct ServiceNameTag>;  // index into Deployment::services
using RunPointId = Id<struct RunPointTag>;        // index into Deployment::points
using GpuIndex = Id<struct GpuIndexTag>;          // index into Deployment::gpus

enum class Phase {
    kCreating,
    kIdle,
    kStarting,
    kReady,
    kServing,
    kDraining,
    kStopping,
    kDestroying,
    kFailed,
    kUnknown,
};

enum class GpuStatus { kOk, kLost, kExcluded };

// How an instance is run: all that starting the replica needs. Shared by many instances.
struct RunPoint {
    std::string model;      // served model
    std::string precision;  // may be empty
    int batch = 1;
    int processes = 1;
    Duration max_wait{};
    Rate throughput;     // capacity of one instance
    std::string metric;  // the first metric of the SLO, e.g. "latency_ms"
    Duration latency{};  // its measured value
    std::string source;  // table source; empty if unknown
    bool estimated = false;
    bool memory_known = false;
    friend bool operator==(const RunPoint&, const RunPoint&) = default;
};

struct Instance {
    int profile = 0;        // index into the GPU model's profiles
    int start = 0;          // first memory slice
    ServiceNameId service;  // invalid: idle
    RunPointId point;       // invalid: idle
    Phase phase = Phase::kServing;
};

struct DeployedGpu {
    std::string id;    // unique, e.g. "gpu-0"
    int model = 0;     // index into Deployment::models
    std::string node;  // empty: no nodes
    GpuStatus status = GpuStatus::kOk;
    std::vector<Instance> instances;  // by start
};

// A GPU model as the deployment names it, with the profiles its instances use and what is needed to
// draw them.
struct DeployedProfile {
    std::string name;
    int size = 0;  // memory slices
    int compute_slices = 0;
};
struct DeployedModel {
    std::string name;
    int memory_slices = 0;
    std::vector<DeployedProfile> profiles;
};

struct DeployedService {
    std::string name;
    Rate rate;  // asked for when the deployment was made
    // Of a plan for too small a fleet: what it serves of the rate; absent: all.
    std::optional<Rate> served = std::nullopt;
    // Of a state amid a transition: the capacity the service keeps until the transition is over.
    std::optional<Rate> floor = std::nullopt;
};

// A model that ran at a place and has been stopped (warm.h).
struct WarmModel {
    std::string place;
    std::string model;
    Duration idle{};  // since it was stopped
    friend bool operator==(const WarmModel&, const WarmModel&) = default;
};

struct Deployment {
    std::vector<DeployedModel> models;
    IdVector<ServiceNameId, DeployedService> services;
    IdVector<RunPointId, RunPoint> points;
    IdVector<GpuIndex, DeployedGpu> gpus;  // used GPUs only, in canonical order
    std::vector<WarmModel> warm;           // ascending by place, model; each once

    // Claims about the whole, compared by the checker with what the instances add up to.
    std::optional<std::int64_t> claimed_gpus;
    std::optional<Cost> claimed_cost;
};

// 16 hexadecimal digits that stand for the GPUs, what is on them and in which phase, and the rates
// and floors: a plan made for one state is not carried out on another. Claimed totals do not
// matter, nor what is warm, which changes how long steps take and nothing else. FNV-1a, which is no
// protection against malice. O(instances).
[[nodiscard]] std::string fingerprint(const Deployment& deployment);

// Instances whose operating point is stated as an estimate.
[[nodiscard]] std::int64_t estimated_instances(const Deployment& deployment);

}  // namespace tangram::deployment
