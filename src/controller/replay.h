// A stretch of time lived again: recorded rates, and what a policy would have made of them.
//
// Rates are constant within a step. When a step begins, or as soon as its rate is seen, and no
// transition is under way, decide() (decide.h) is asked with what is known then; what it starts
// takes its own planned time, and nothing else starts before it has ended. A day begins with the
// plan for the first decision's expectation, already carried out. Whatever a service is asked
// beyond its capacity is lost.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "controller/decide.h"
#include "controller/meter.h"
#include "forecast/forecast.h"

namespace tangram::controller {

enum class Policy {
    kStaticPeak,  // one plan for the greatest rate of every service, known beforehand
    kReactive,    // expects what it saw last
    kForecast,    // expects what a forecaster says
    kPerfect,     // expects what will come
};
[[nodiscard]] std::string_view name(Policy policy);

// Recorded rates of all services of a problem in equal steps. Steps before `first` are known when
// it begins, and nothing else happens in them.
struct Recording {
    Duration step{};
    std::size_t first = 0;
    IdVector<ServiceId, std::vector<Rate>> rates;

    [[nodiscard]] std::size_t steps() const { return rates.raw().front().size(); }
};

struct ReplayOptions {
    Policy policy = Policy::kReactive;
    forecast::Options forecast;  // its method is the policy's but for kForecast
    // So long after a step begins its rate is seen, as a monitor with such a window would, and it
    // is decided; 0: as it begins. As long as a step or longer: a rate is seen when its step is
    // over, and it is decided when the next one begins.
    Duration seen_after = Duration::max();
    // What is expected is raised by this quantile of how much too low the forecasts of the last
    // `errors_kept` steps were; 0: not at all.
    Share safety{};
    int errors_kept = 144;
    DecideOptions decide;
};

struct StepRecord {
    Rate asked;
    std::int64_t unserved = 0;  // requests
    std::int64_t gpus = 0;      // when the step ends
    bool decided = false;       // a transition under way leaves nothing to decide
    bool went = false;
    Reason reason = Reason::kFits;
};

struct ReplayRun {
    // The fleet can serve the beginning (with kStaticPeak, the peak); else there is nothing to live
    // through, and everything below is empty.
    bool began = false;
    Meter::Reading reading;
    std::int64_t decisions = 0, transitions = 0, forced = 0;
    std::int64_t no_plan = 0, no_way = 0;  // decisions that wanted to go and could not
    std::int64_t started = 0;              // replicas
    planner::SliceTime restart;
    Duration in_transition{}, longest_transition{};
    std::uint64_t work = 0;
    std::vector<StepRecord> steps;
};

// Errors: those of decide(). Pure; O(steps) decisions.
[[nodiscard]] Result<ReplayRun> replay(const workload::Problem& problem, const Recording& recording,
                                       const transition::Durations& durations,
                                       const ReplayOptions& options);

}  // namespace tangram::controller
