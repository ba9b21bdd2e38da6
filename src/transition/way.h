// The way to a given target: several orders are tried, and the best one by a stated objective
// becomes a step graph.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "planner/outcome.h"
#include "planner/planning_model.h"
#include "transition/durations.h"
#include "transition/promises.h"
#include "transition/step_graph.h"

namespace tangram::transition {

using planner::SliceTime;

// What ways are compared by.
enum class Criterion { kSpares, kRestarts, kMakespan };

struct WayOptions {
    Share margin{};                          // floors are that much above the rate
    std::map<std::string, Share> dips;       // by service: how far below its floor it may sink
    std::optional<std::int64_t> spare_gpus;  // at most; absent: as many as it takes
    // First things first. Where spares do not come first, all allowed ones are tried.
    std::array<Criterion, 3> objective{Criterion::kSpares, Criterion::kRestarts,
                                       Criterion::kMakespan};
    // Services may exchange equal instances that neither has yet: the deployment reached is then
    // equal to the target but for who sits on which of them.
    bool exchange = false;
    // Where nothing else goes on, replicas that could stay may move to a spare GPU with everything
    // else their GPU is to hold.
    bool move_kept = false;
    int tries = 12;  // orders per number of spare GPUs
    std::uint64_t seed = 1;
};

enum class SpareVerdict { kNoneUsed, kProvenNecessary, kNotProven };

// What stands in the way where none is found.
struct Obstacle {
    std::string service;  // empty: the number of GPUs
    ArcReason reason = ArcReason::kCapacity;
    std::int64_t missing = 0;  // Rate, replicas, places or GPUs
};

struct Way {
    bool found = false;
    StepGraph graph;
    deployment::Deployment reached;  // the target, or with exchanges its equal
    SliceTime restart;               // start time x compute slices of everything started
    SliceTime target_restart;        // of that what the target itself asks for
    std::int64_t started = 0, stopped = 0, kept = 0, temporaries = 0;  // replicas
    std::int64_t spares = 0;  // GPUs in use beyond both deployments
    SpareVerdict verdict = SpareVerdict::kNoneUsed;
    Duration makespan{};
    Duration makespan_bound{};  // proven for ways to this target without temporaries
    // Where none is found:
    std::vector<Obstacle> obstacles;
    // With so many there is a way; the fleet may lack them.
    std::optional<std::int64_t> spares_needed;
    std::optional<Share> dip_needed;  // or if the services in the obstacles may sink so far
};

// `model` is of the problem without lost GPUs. Errors: those of lay_ground. Pure; O(tries x (steps
// + what the order takes)).
[[nodiscard]] Result<Way> find_way(const planner::PlanningModel& model,
                                   const deployment::Deployment& current,
                                   const deployment::Deployment& target, const Durations& durations,
                                   const WayOptions& options);

// Start time x compute slices.
[[nodiscard]] SliceTime start_cost(const Durations& durations, const std::string& model,
                                   int compute_slices);

}  // namespace tangram::transition
