#include "transition/transition.h"

#include <utility>

namespace tangram::transition {
namespace {

// As long as a service's model takes to start, on whichever profile.
IdVector<planner::ServiceId, Duration> start_times(const planner::PlanningModel& model,
                                                   const Durations& durations) {
    IdVector<planner::ServiceId, Duration> times;
    for (const workload::Service& service : model.problem->services) {
        times.push_back(durations.cold_start_for(model.problem->table->models()[service.model]));
    }
    return times;
}

}  // namespace

Result<Transition> plan_transition(const planner::PlanningModel& model,
                                   const planner::close::CurrentFleet& fleet,
                                   const planner::Outcome& best,
                                   const deployment::Deployment& current,
                                   const Durations& durations, const TransitionOptions& options) {
    const auto by = [&](bool whole_layouts) -> Result<Transition> {
        Transition result;
        planner::close::CloseOptions close;
        close.slack_gpus = options.slack_gpus;
        close.start_times = start_times(model, durations);
        close.whole_layouts = whole_layouts;
        close.search = options.search;
        planner::close::Target target = planner::close::stay_close(model, fleet, best, close);
        result.outcome = std::move(target.outcome);
        if (!target.deployment) return result;
        WayOptions how = options.way;
        how.exchange = true;
        Result<Way> way = find_way(model, current, *target.deployment, durations, how);
        if (!way) return way.error();
        result.way = *std::move(way);
        return result;
    };
    const bool whole_layouts = durations.granularity != Granularity::kInstance;
    Result<Transition> nearest = by(whole_layouts);
    if (!whole_layouts || !nearest || nearest->way.found) return nearest;
    // To this one more GPUs are cut anew, and what none of whose replicas stay can move.
    Result<Transition> other = by(false);
    return other && other->way.found ? other : nearest;
}

}  // namespace tangram::transition
