// Staying close: of all plans that cost no more than the best (or a little more), the one that
// restarts least when it takes over from a current deployment.
//
// Restart cost is start time x compute slices, summed over the instances that have to be started:
// in slice-seconds. An instance is kept if the same service runs with the same operating point at
// the same placement of the same GPU; keeping and stopping cost nothing. A pure function of its
// arguments; reproducible unless a deadline or an interrupt strikes.
#pragma once

#include <cstdint>
#include <optional>

#include "deployment/deployment.h"
#include "planner/close/current.h"
#include "planner/outcome.h"
#include "planner/planner.h"

namespace tangram::planner::close {

// One start, until somebody knows how long starting a model takes: restart cost then reads as the
// compute slices that restart.
inline constexpr Duration kStartTime = std::chrono::seconds(1);

struct CloseOptions {
    std::int64_t slack_gpus = 0;  // so many GPUs of the cheapest kind may be added to the cost
    IdVector<ServiceId, Duration> start_times;  // empty: kStartTime for all
    // GPUs are cut all at once: nobody stays on one that lacks an instance it is to hold.
    bool whole_layouts = false;
    // Programs of more rows and columns are not solved as a whole, if there is another way.
    std::size_t small_program = 3'000;
    // Of those: restarts this little above their bound end the search.
    std::int64_t gap_per_thousand = 2;
    PlanOptions search;  // seed, work budget, deadline, interrupts
};

struct Target {
    Outcome outcome;                                   // of the target: plan, cost, bound, restart
    std::optional<deployment::Deployment> deployment;  // where there is a plan
};

// `best` answers the model without regard to the current deployment (exact.h): its cost is the
// budget, its bound stays, its prices leave out what no plan within the budget can use. Without a
// plan it is returned as it is.
//   - Cost and restart cost are no worse than those of `best` matched to the current GPUs, unless
//     something is frozen.
//   - Frozen instances may cost GPUs: the cheapest plan that keeps them is then found first, by a
//     mixed-integer program, and the outcome's bound is of plans that keep them. If what is frozen
//     leaves no plan, the outcome is infeasible and says why.
//   - restart->bound is proven for plans within the budget: in whole numbers where it is the
//     relaxation's, up to the tolerances of a mixed-integer solver over small ones where that
//     proved more; places apart, which it ignores.
//   - Replicas that must be apart, spread or for the sake of losses, are. Where the closest counts
//     do not allow it, counts of more are tried, then the plan of `best` is taken, and
//     restart->note says so. With something frozen there may be none: status unknown.
// `fleet` is of the same model (read_current).
[[nodiscard]] Target stay_close(const PlanningModel& model, const CurrentFleet& fleet,
                                const Outcome& best, const CloseOptions& options);

}  // namespace tangram::planner::close
