// When each step of a graph runs, if every step starts as soon as all before it have ended and the
// driver or node it needs is free.
#pragma once

#include <cstddef>
#include <vector>

#include "transition/clock.h"
#include "transition/step_graph.h"

namespace tangram::transition {

struct Timing {
    std::vector<Clock::Span> spans;  // by step
    std::vector<StepId> order;       // in which they begin; topological
    Duration makespan{};
};

// Steps that are ready at the same time begin in the order of their numbers. The graph must be
// acyclic (CHECKed). O((steps + arcs) log steps).
[[nodiscard]] Timing timing_of(const Ground& ground, const StepGraph& graph,
                               const Durations& durations);

// Numbers the steps in the order in which they begin, writes down when that is and how long they
// last, and leaves out the arcs that others imply (reduction.h). O(steps x arcs / 64).
void put_in_order(const Ground& ground, const Durations& durations, StepGraph& graph);

}  // namespace tangram::transition
