// The way from what runs now to what a problem asks for: target and way together.
#pragma once

#include "planner/close/close.h"
#include "planner/close/current.h"
#include "transition/way.h"

namespace tangram::transition {

struct TransitionOptions {
    std::int64_t slack_gpus = 0;  // the target may cost so many GPUs more than the cheapest plan
    planner::PlanOptions search;  // of the target
    WayOptions way;               // `exchange` is implied
};

struct Transition {
    planner::Outcome outcome;  // of the target: cost, bound, restart cost and its bound
    Way way;                   // found is false also where there is no target
};

// The target nearest to the current deployment within the slack, and the way there. Where whole
// layouts are applied and there is no way to it, the nearest as if instances changed one by one.
// `best` answers the model without regard to what runs (planner/exact.h), `fleet` is read from
// `current` for the same model (planner/close/current.h). Errors: those of find_way. Pure but for
// the deadline in `search`.
[[nodiscard]] Result<Transition> plan_transition(const planner::PlanningModel& model,
                                                 const planner::close::CurrentFleet& fleet,
                                                 const planner::Outcome& best,
                                                 const deployment::Deployment& current,
                                                 const Durations& durations,
                                                 const TransitionOptions& options);

}  // namespace tangram::transition
