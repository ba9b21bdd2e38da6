// The independent checker: does this deployment keep every promise of this problem?
// It shares data types with the planner and no code: legality, latency rules, capacities and totals
// are computed again here, from the tables and the catalogue, in the same integers.
#pragma once

#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "workload/problem.h"

namespace tangram::deployment {

enum class ViolationKind {
    kUnknownName,  // a GPU model, profile, service or operating point the problem lacks
    kDuplicateGpu,
    kIllegalLayout,  // placement, overlap, instances per profile, media, rule set
    kLatency,        // the operating point is not admissible for the service
    kMemory,         // more memory than the profile has
    kProcesses,      // more than the service allows
    kNotAllowed,     // profile or GPU model outside `allow`
    kMisstated,      // throughput, latency or a total differs from the table or the sum
    kCapacity,       // capacity x utilisation limit < rate
    kReplicas,       // fewer than min_replicas
    kSpread,         // fewer different GPUs or nodes than min_replicas
    kSurvive,        // too little left after the loss of one GPU or node
    kFleet,          // more GPUs of a model than there are, or GPUs that do not exist
};
[[nodiscard]] std::string_view name(ViolationKind kind);

struct Violation {
    ViolationKind kind;
    std::string place;    // "gpu-3", "gpu-3 slice 4", "service bert", "totals"
    std::string message;  // with the amounts
};

// A service that the deployment itself says it does not serve in full.
struct Shortage {
    std::string service;
    Rate asked;   // by the problem
    Rate served;  // by the deployment, verified
};

struct CheckReport {
    std::vector<Violation> violations;  // all of them, in a fixed order
    std::vector<Shortage> shortages;    // no violations: the deployment says so
    std::vector<std::string> notes;     // "memory unknown for ...", utilisation above 0.95
    [[nodiscard]] bool ok() const { return violations.empty(); }
};

// A service of which the deployment states that it serves less than the rate is held to what it
// states; one that is not served at all needs no replicas.
// O(instances + services). Only replicas in phases ready and serving on GPUs with status ok count.
[[nodiscard]] CheckReport check(const workload::Problem& problem, const Deployment& deployment);

}  // namespace tangram::deployment
