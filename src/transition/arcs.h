// From a sequence that keeps every promise to a step graph all of whose orders do.
//
// The steps of one replica follow each other, and what needs an instance's slices waits for its
// destroy. For the promises: in each ledger the drains, in the order of the sequence, use up the
// slack and then what the earliest routes brought; a drain waits for the routes it uses. In any
// order that these arcs allow, every drain that has started is paid by slack or by routes that have
// ended, so no ledger is below zero. At most routes + drains arcs per ledger.
// Source: ours; the payments are the flow that certifies a closure (check/check.h).
#pragma once

#include "transition/durations.h"
#include "transition/order.h"
#include "transition/step_graph.h"

namespace tangram::transition {

// Arcs that others imply are left out (transitive reduction). Steps are in the order in which they
// are planned to start, with the times of a run in which every step starts as soon as it may.
// O(steps x arcs / 64). The sequence must be complete.
[[nodiscard]] StepGraph graph_of(const Ground& ground, const Sequence& sequence,
                                 const Durations& durations);

}  // namespace tangram::transition
