// Serving what fits on a fleet that is too small.
//
// Classes of equal priority are served strictly in order, the greatest number first. Within a class
// the largest unserved share is made as small as possible: the greatest share x, in thousandths,
// such that every service of the class gets x of its rate, all classes before have what they got,
// and those after have nothing, is found by bisection over the exact planner's answers. Then single
// services are raised as far as what is left allows, the one that lacks the most requests first;
// this makes the total unserved small, without a proof. A service with a share of zero is not
// served at all: no replicas. What must be left after a loss is a share of what is served. Source:
// ours.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "planner/planner.h"

namespace tangram::planner::partial {

// `engine` must serve what it is asked or prove that it cannot; otherwise shares may be too small
// and bounds say so. The outcome is `partial`, its plan_model has the demands that are met, and
// its cost and bound are those of the GPUs in use. Ends early at options' limits, with less served.
// About ten plans per class and per raised service.
[[nodiscard]] Outcome serve_what_fits(const PlanningModel& model, const Planner& engine,
                                      const PlanOptions& options);

// The fewest GPUs of each kind that would have to be added, with no other kind, to serve all;
// kinds for which no plan was found are left out, and all of them where some kind has no count.
[[nodiscard]] std::vector<Cure> find_cures(const PlanningModel& model, const Planner& engine,
                                           const PlanOptions& options);

}  // namespace tangram::planner::partial
