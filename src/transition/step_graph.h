// The answer of a transition: steps, and which of them must wait for which. Any order that the arcs
// allow is safe, so whoever executes the graph may start a step as soon as all before it have
// ended.
//
// It stands by itself, as a deployment does: GPUs, services and operating points are listed in it,
// by name, and a step says all that executing it takes. It is a claim; check/check.h establishes
// it.
//
// Of a service the capacity falls when the drain of a replica starts, and rises when its route has
// ended. An instance occupies its placement from the start of its create to the end of its destroy.
// A GPU is in use from the start of its acquire, or from the beginning, to the end of its release,
// or to the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "deployment/deployment.h"

namespace tangram::transition {

using StepId = Id<struct StepTag>;  // index into StepGraph::steps

enum class StepKind {
    kAcquire,  // take a GPU into use
    kCreate,   // an instance
    kApply,    // a whole layout: what is on the GPU goes, `layout` comes
    kStart,    // a replica on an instance
    kRoute,    // send requests to it
    kDrain,    // send it no more, and wait for the last answer
    kStop,     // its process
    kDestroy,  // the instance
    kRelease,  // the GPU is no longer in use; where whole layouts are applied it stays cut as it is
};

// Why one step waits for another.
enum class ArcReason {
    kOrder,     // steps of one replica or instance, or of its GPU
    kSlices,    // the instance needs memory slices that another one still holds
    kLayout,    // the rules forbid both on one GPU at a time
    kInstance,  // the replica takes over the instance of another one
    kCapacity,  // keeps a service above its floor
    kReplicas,  // keeps as many replicas as it had, up to min_replicas
    kSpread,    // ... on as many different GPUs or nodes
    kSurvival,  // keeps what is left of the service after any single loss
    kGpus,      // keeps the number of GPUs in use
};

struct Step {
    StepKind kind = StepKind::kCreate;
    deployment::GpuIndex gpu;           // into StepGraph::gpus
    int profile = -1;                   // of the GPU's model; -1: acquire, apply, release
    int start = 0;                      // first memory slice of the instance
    deployment::ServiceNameId service;  // start, route, drain, stop; else invalid
    deployment::RunPointId point;       // the same
    // Idle instances: of apply what the GPU holds afterwards; of release what is left on it for
    // whoever takes it next, and applies a layout, to wipe.
    std::vector<deployment::Instance> layout;
    bool temporary = false;  // of a replica that is in neither deployment
    Duration duration{};     // expected
    Duration planned{};      // its start after the transition's, as planned
};

struct Arc {
    StepId before;
    StepId after;
    ArcReason reason = ArcReason::kOrder;
    deployment::ServiceNameId service;  // whose floor it keeps; else invalid
    friend bool operator==(const Arc&, const Arc&) = default;
};

// What the graph claims of one service; none of it is trusted by the checker.
struct ServicePromise {
    deployment::ServiceNameId service;
    Rate now;    // capacity before
    Rate floor;  // capacity it keeps in every order the arcs allow
    Rate after;  // capacity at the end
    Rate asked;  // rate in the problem; 0 of a service it does not have
};

struct StepGraph {
    std::string from;  // fingerprint of the deployment it starts from (deployment.h)
    std::vector<deployment::DeployedModel> models;
    IdVector<deployment::ServiceNameId, std::string> services;
    IdVector<deployment::RunPointId, deployment::RunPoint> points;
    IdVector<deployment::GpuIndex, deployment::DeployedGpu> gpus;  // touched; without instances
    IdVector<StepId, Step> steps;                                  // in the planned order
    std::vector<Arc> arcs;                                         // by (after, before)
    std::vector<ServicePromise> promises;  // of all services, in the order of `services`
    std::int64_t gpus_at_most = 0;         // in use at any time
};

}  // namespace tangram::transition
