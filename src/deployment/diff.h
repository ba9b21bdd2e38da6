// What changes from one deployment to another, as data. GPUs are the same if their ids are; an
// instance is kept if the same profile runs the same service at the same place of the same GPU.
// Both deployments are taken as they are: legality is the checker's affair.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deployment/deployment.h"

namespace tangram::deployment {

enum class GpuChange {
    kAdded,    // only in the new deployment
    kRemoved,  // only in the old one
    kRecut,    // its placements differ (or its model)
    kReused,   // the same placements, other services or operating points
    kSame,
};

// One instance, by names, so that it can be compared across deployments.
struct InstanceRecord {
    std::string profile;
    int start = 0;
    std::string service;  // empty: idle
    RunPoint point;       // default if idle
    friend bool operator==(const InstanceRecord&, const InstanceRecord&) = default;
};

struct GpuDiff {
    std::string id;
    std::string model;  // of the new deployment where it is there
    GpuChange change = GpuChange::kSame;
    std::vector<InstanceRecord> destroyed;  // of the old deployment, without a counterpart
    std::vector<InstanceRecord> created;    // of the new deployment, without a counterpart
    std::int64_t kept = 0;                  // same profile, place and service
    std::int64_t repointed = 0;             // of those: with another operating point
};

// A service in both, or in one of them.
struct ServiceDiff {
    std::string name;
    bool in_old = false, in_new = false;
    Rate old_rate, new_rate;  // asked for
    std::int64_t old_replicas = 0, new_replicas = 0;
    Rate old_capacity, new_capacity;                  // as stated by the deployments
    std::vector<std::string> old_points, new_points;  // operating points in use, as text, sorted

    [[nodiscard]] bool changed() const;
};

struct DeploymentDiff {
    std::vector<GpuDiff> gpus;          // all that differ: removed and changed in the old
                                        // deployment's order, then added in the new one's
    std::vector<ServiceDiff> services;  // all that differ, by name
    std::int64_t gpus_old = 0, gpus_new = 0;
    std::int64_t gpus_added = 0, gpus_removed = 0, gpus_recut = 0, gpus_reused = 0, gpus_same = 0;
    std::int64_t instances_created = 0, instances_destroyed = 0, instances_kept = 0;
    std::int64_t instances_repointed = 0;

    [[nodiscard]] bool empty() const { return gpus.empty() && services.empty(); }
};

// O(instances log instances).
[[nodiscard]] DeploymentDiff diff(const Deployment& old_deployment,
                                  const Deployment& new_deployment);

// "bert-large(seq128) batch 8, 2 processes on 2g.20gb".
[[nodiscard]] std::string point_text(const RunPoint& point, const std::string& profile);

}  // namespace tangram::deployment
