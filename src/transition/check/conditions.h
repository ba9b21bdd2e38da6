// The conditions that every order has to keep, one function each. All report to the context's
// report, with the state that breaks the condition, and none has another effect. The graph has no
// cycle, its names are known and its steps are in order.
#pragma once

#include "transition/check/context.h"
#include "transition/check/orders.h"

namespace tangram::transition::check_parts {

struct Case {
    const Context& context;
    const Names& names;
    const Dag& dag;
    const Story& story;
    const Orders& orders;
};

// Capacity, number of replicas, what is left after a loss; and what the graph claims of them.
// Sets the report's `lowest`. One flow per service for each of the first two, at most one per
// service and GPU (node) for the third.
void check_floors(const Case& question);

// Distinct GPUs or nodes (spread.h).
void check_spread(const Case& question);

// Pairs that cannot be on one GPU together, and how many of a profile.
void check_layouts(const Case& question);

// GPUs in use at any time.
void check_gpus(const Case& question);

// Sets the report's `reached`, and checks it.
void check_reached(const Case& question);

// amount x (1 - dip of the service), rounded up.
[[nodiscard]] Wide dipped(const CheckOptions& options, const std::string& service, Wide amount);

}  // namespace tangram::transition::check_parts
