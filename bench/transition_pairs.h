// Pairs of deployments to get from and to, and what each way of getting there costs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "inputs.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"
#include "transition/baseline/figures.h"
#include "transition/exhaustive/states.h"
#include "transition/way.h"

namespace tangram::bench {

// What runs, what is asked for next, and two targets.
struct TransitionPair {
    std::string kind;
    std::size_t services = 0;
    std::uint64_t seed = 0;
    workload::Problem before, after;
    planner::PlanningModel model;  // of `after`
    deployment::Deployment current;
    deployment::Deployment near;        // the cheapest plan nearest to `current`
    deployment::Deployment near_whole;  // the same where GPUs are cut all at once
    deployment::Deployment fresh;       // the cheapest plan made from scratch, on the same GPUs
    planner::Outcome outcome;           // of `near`
    double target_seconds = 0;

    TransitionPair() = default;
    TransitionPair(const TransitionPair&) = delete;  // the model points into it
    TransitionPair& operator=(const TransitionPair&) = delete;

    // In use at the same time at least.
    [[nodiscard]] std::int64_t gpus() const;
};

// `start_time`: of every model, for the restart cost. Nothing if there is no plan before or after:
// a changed objective can be out of reach.
[[nodiscard]] std::unique_ptr<TransitionPair> make_pair(const workload::Problem& before,
                                                        const workload::Problem& after,
                                                        Duration start_time);

// So many changes of one rate, each re-planned close to what is there, then half of the rates.
[[nodiscard]] std::unique_ptr<TransitionPair> make_aged_pair(const workload::Problem& problem,
                                                             int changes, std::uint64_t seed,
                                                             Duration start_time);

// Everybody on one pair.
struct TransitionRace {
    transition::Way way;
    double way_seconds = 0;
    // For time first, with as many spare GPUs as exchange and compact uses.
    transition::Way quick, quick_roomy;
    // On the target made from scratch: system against system.
    // The second on as many extra GPUs as it likes.
    transition::baseline::Figures parallel, roomy, one_by_one, rebuild;
    // On our target.
    transition::baseline::Figures parallel_near, rebuild_near;
    // With few GPUs and where a way uses spare ones: whether all states know one without.
    std::optional<transition::exhaustive::StateAnswer> without_spares;
};

[[nodiscard]] TransitionRace race(const TransitionPair& pair,
                                  const transition::Durations& durations);

[[nodiscard]] transition::Durations durations_preset(std::string_view name);

}  // namespace tangram::bench
