// A way as a baseline goes it, measured the way our own are.
#pragma once

#include <cstdint>
#include <string>

#include "planner/outcome.h"
#include "transition/durations.h"
#include "transition/ground.h"
#include "transition/step_graph.h"

namespace tangram::transition::baseline {

struct Figures {
    planner::SliceTime restart;  // start time x compute slices of everything started
    std::int64_t restarted_slices = 0;
    std::int64_t started = 0;      // replicas
    std::int64_t temporaries = 0;  // of those: started somewhere else than where they end
    std::int64_t gpus_at_most = 0;
    std::int64_t spares = 0;  // of those: beyond what is used before and what is used after
    Duration makespan{};
    // The least share of its floor that any service has while every step starts as soon as it may;
    // at most kSharePerOne, as a service below its floor from the beginning is at one.
    Share lowest{kSharePerOne};
    std::string lowest_service;  // empty: none falls below its floor
};

struct BaselineWay {
    StepGraph graph;
    Figures figures;
};

// The graph as planned (Step::planned, Step::duration). O(steps log steps + instances x services).
[[nodiscard]] Figures figures_of(const Ground& ground, const StepGraph& graph,
                                 const Durations& durations);

}  // namespace tangram::transition::baseline
