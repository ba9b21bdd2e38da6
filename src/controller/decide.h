// The one decision: stay as we are, or go somewhere else. A pure function of what is seen and
// expected; a replay, a simulator and a daemon ask it alike.
//
// It weighs in GPU-seconds, over a horizon:
//   saving      GPU-time of staying less GPU-time of going, spare GPUs on the way included
//   disruption  restart slice-seconds x weight + (unserved requests of going - of staying) x weight
// and goes where saving > disruption. Where expected rates exceed what a service has, it goes
// whatever that costs: the rates decide, not the weights. Between the two lies the band that keeps
// it from going back and forth: plans are made for `headroom` above the expected rates, and a plan
// is forced only when the capacity is less than `trigger` above them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "planner/planner.h"
#include "transition/durations.h"
#include "transition/way.h"
#include "workload/problem.h"

namespace tangram::controller {

using workload::ServiceId;

// What things are worth in GPU-seconds, in millionths.
struct Weights {
    Share restart{142'857};   // a slice-second of starting: a seventh of a GPU stands still
    Share unserved{100'000};  // a request that is not served
};

struct DecideOptions {
    Share headroom{50'000};
    Share trigger{};                           // at most the headroom
    int steps_covered = 2;                     // a plan serves the expected rates of so many steps
    Duration horizon = std::chrono::hours(1);  // over which a saving counts
    Weights weights;
    std::int64_t slack_gpus = 0;  // of the target, to restart less
    planner::PlanOptions search;
    transition::WayOptions way;
};

// Rates of the coming steps, all equally long; of the first one `gone`, less than a step, is over.
// At least one step.
struct Expectation {
    Duration step{};
    Duration gone{};
    IdVector<ServiceId, std::vector<Rate>> rates;
};

enum class Reason {
    kFits,        // nothing to gain: no fewer GPUs would do
    kNotWorthIt,  // something to gain, not enough
    kSaving,      // enough
    kShortage,    // expected rates exceed the capacity
    kNoPlan,      // needed, but the fleet is too small or the search ended without one
    kNoWay,       // a target was found, but no safe way to it
};
[[nodiscard]] std::string_view name(Reason reason);

// GPU-time in GPU-seconds x 10^-6, requests in thousandths.
struct Balance {
    std::int64_t saved_gpu_time = 0;
    planner::SliceTime restart;
    std::int64_t unserved_staying = 0, unserved_going = 0;
    std::int64_t disruption = 0;  // weighed
    [[nodiscard]] std::int64_t net() const { return saved_gpu_time - disruption; }
};

struct Decision {
    bool goes = false;
    Reason reason = Reason::kFits;
    bool planned = false;                // a planner was asked
    Balance balance;                     // where a way was found
    std::optional<transition::Way> way;  // where it goes
    std::uint64_t work = 0;
};

// The rates a plan has to serve: for each service the greatest expected one of the steps covered,
// and `headroom` on top, rounded up.
[[nodiscard]] IdVector<ServiceId, Rate> rates_to_plan(const Expectation& expected,
                                                      const DecideOptions& options);

// `problem`: its rates do not matter. `current` is carried out completely: no transition is under
// way. Errors: those of build_planning_model, read_current and find_way. Pure but for a deadline in
// `options.search`.
[[nodiscard]] Result<Decision> decide(const workload::Problem& problem,
                                      const deployment::Deployment& current,
                                      const Expectation& expected,
                                      const transition::Durations& durations,
                                      const DecideOptions& options);

// A deployment for these rates from nowhere: how a day begins. Nothing where there is no plan.
[[nodiscard]] Result<std::optional<deployment::Deployment>> first_deployment(
    const workload::Problem& problem, const IdVector<ServiceId, Rate>& rates,
    const planner::PlanOptions& search);

}  // namespace tangram::controller
