// Exchange and compact: our re-implementation of how MIG-serving (arXiv 2109.11067) gets from one
// deployment to the next, as far as our notes know it. A baseline to compare with and nothing else:
// no default, and nothing our engine is built on.
//
//   exchange  Per service and instance size, what there is too little of is created, and what there
//             is too much of is paired with it and goes when its pair serves, so that capacity
//             holds. Old instances that need no pair go first. A new instance sits in a place that
//             is its own in the target and free, or on an extra GPU (see Room).
//   compact   GPU by GPU in the target's order: what is in the way of what belongs on the GPU moves
//             to its own place or to an extra GPU (see Room); then what belongs there moves
//             in, from extra GPUs first. A move creates, starts and routes the new replica before
//             the old one drains. In the end the extra GPUs are free.
//
// Differences from the paper, as far as we know it, each in the baseline's favour or without a bias
// we know of:
//   - An instance whose type stays and whose place does not is not exchanged, only moved.
//   - `parallel` overlaps all that capacity and slices allow, also the two phases.
//   - Surplus capacity pays for drains before pairs do.
//   - Where a replica takes the place and size of the one before, its instance is not cut anew.
//   - Extra GPUs are as many as it takes, whatever the fleet has.
//   - Where a backend applies whole layouts, what changes on a GPU is exchanged and moved as one;
//     the paper knows no such backend.
#pragma once

#include "base/result.h"
#include "transition/baseline/figures.h"

namespace tangram::transition::baseline {

enum class Pace { kParallel, kOneByOne };

// Where there is no room on the extra GPUs: free slices of other GPUs, which takes fewer extra GPUs
// and makes moves wait for each other; or another extra GPU. Our notes leave it open.
enum class Room { kFreeSlices, kExtraGpus };

// Errors: those of lay_ground; a current deployment amid a transition, or changed node by node; a
// target that serves less than the floor of a service. O(instances^2).
[[nodiscard]] Result<BaselineWay> exchange_and_compact(const workload::Problem& problem,
                                                       const deployment::Deployment& current,
                                                       const deployment::Deployment& target,
                                                       const Durations& durations, Pace pace,
                                                       Room room);

}  // namespace tangram::transition::baseline
