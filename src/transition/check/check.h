// The independent checker of transitions: does every order that the arcs of a graph allow keep
// every promise? It shares the step graph and the deployment with whoever made the graph, and no
// code.
//
// Reachable states are the sets of started and ended steps that are closed under the arcs, where a
// step starts only after all before it have ended, and ends after it has started. Floors come from
// the problem and the current deployment, never from the graph:
//   now    capacity of replicas that are serving, on GPUs that are not lost; it is what the current
//          deployment states, of replicas to come what the graph does, which is checked
//   floor  min(rate asked x (1 + margin), max(now, recorded floor)) x (1 - dip); 0 for services the
//          problem does not have
// A dip lowers what is kept of replicas, spread and survival by the same share, rounded up.
// A service below its floor from the beginning recovers first: none of its drains starts before
// routes have made up for it.
//   - Floor: the worst state is a maximum-weight closure, found by one max-flow per service; with
//     weight 1 the same for replicas, and one per (service, GPU or node) for surviving a loss.
//   - Replicas: at least min(now, min_replicas). Spread: the same of different GPUs or nodes, over
//     states that empty some of them; see spread.h.
//   - Survival: what is left without any one GPU or node is at least the least of what is left so
//     now and the share of the rate; no margin.
//   - Layouts: of any two instances on one GPU that overlap or that the rules forbid together, one
//     is destroyed before the other is created; no profile ever exceeds max_instances.
//   - GPUs in use: a closure again. Excluded GPUs are not counted.
//   - Steps: each replica's and instance's steps exist once, in order, from the phase in which the
//     current deployment has it (phases.h). Lost GPUs have none, excluded ones can only be emptied.
//     The deployment reached, without lost and excluded GPUs, passes deployment::check, and so does
//     each replica that comes and goes.
//   - Claims: the graph's promises, where it makes any, and gpus_at_most are not too good.
// Source: exact conditions and the flow are the project's own; closures by Picard (1976).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "transition/step_graph.h"
#include "workload/problem.h"

namespace tangram::transition {

struct CheckOptions {
    std::int64_t spare_gpus = 0;        // GPUs in use <= max(before, after) + spare
    Share margin{};                     // floors are that much above the rate
    std::map<std::string, Share> dips;  // by service: how far below its floor it may sink
    // By service: what the target states it serves of the rate, on too small a fleet. Without it a
    // service has to be served in full.
    std::map<std::string, Rate> served;
};

enum class TransitionFault {
    kStale,     // made for another state than the current deployment
    kBadGraph,  // a cycle, an unknown name, steps missing, twice or in the wrong order, false
                // claims
    kFloor,
    kReplicas,
    kSpread,
    kSurvival,
    kLayout,
    kGpus,
    kReached,  // the deployment reached is not what the problem asks for
};
[[nodiscard]] std::string_view name(TransitionFault fault);

struct TransitionViolation {
    TransitionFault fault;
    std::string place;    // "service bert", "gpu-3 slice 4"
    std::string message;  // with the amounts
    // Steps in an order the arcs allow, after which the promise is broken: all but the last
    // `running` have ended, those have started. Empty where it is about no state.
    std::vector<StepId> interleaving;
    std::size_t running = 0;
};

struct TransitionReport {
    std::vector<TransitionViolation> violations;  // in a fixed order; 1,000 at most
    // By service of the graph: the least capacity in any reachable state, exactly.
    IdVector<deployment::ServiceNameId, Rate> lowest;
    deployment::Deployment reached;  // after all steps; meaningful without kBadGraph
    [[nodiscard]] bool ok() const { return violations.empty(); }
};

// O(services x max-flow on the graph).
[[nodiscard]] TransitionReport check_transition(const workload::Problem& problem,
                                                const deployment::Deployment& current,
                                                const StepGraph& graph,
                                                const CheckOptions& options);

}  // namespace tangram::transition
