// Carries out a step graph in virtual time, for tests and simulations: steps take random times,
// fail, are tried again, hang or fail for good, and GPUs are lost. Never more than one create,
// destroy or apply on a GPU at a time, nor more starts on a node than the backend allows.
//
// What is left of it is a valid current deployment with phases and floors, from which a next
// transition can start, however it ended. Pure; the same seed gives the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "transition/durations.h"
#include "transition/step_graph.h"
#include "workload/problem.h"

namespace tangram::transition {

// Of one attempt at a step; together at most 1.
struct FailureChances {
    double fails = 0;  // at some time before its end; tried again
    double hangs = 0;  // until the timeout; tried again. Without a timeout: for ever
    double dies = 0;   // at its end, for good
};

struct ExecuteOptions {
    std::uint64_t seed = 1;
    double fastest = 1, slowest = 1;  // a step takes its expected time, times something between
    std::map<StepKind, FailureChances> failures;
    std::map<std::string, Duration> lost;  // GPUs by id, and when; ends the execution
    std::optional<Duration> cut_at;        // ends the execution
    Share margin{};                        // of the floors, as for the checker
    std::map<std::string, Share> dips;
    // Called after every start and end of a step.
    std::function<void(Duration now, const deployment::Deployment& state)> watch;
};

enum class StepOutcome {
    kDone,
    kFailed,   // for good, or as often as it may be tried
    kRunning,  // when the execution ended
};

struct ExecutedStep {
    StepId step;
    Duration begin{};
    Duration end{};  // kRunning: when the execution ended
    int attempts = 1;
    StepOutcome outcome = StepOutcome::kRunning;
};

struct Execution {
    std::vector<ExecutedStep> trace;  // by begin
    bool complete = false;            // every step is done
    Duration makespan{};              // until the last event
    // By service of the graph: what it had to keep, and the least it had at any event.
    IdVector<deployment::ServiceNameId, Rate> floors, lowest;
    std::int64_t gpus_most = 0;         // in use at a time
    std::vector<std::string> breaches;  // of floors and of GPUs in use, by time
    deployment::Deployment state;       // with floors unless complete
};

// The graph must be one that the checker calls neither stale nor bad; CHECKs on unknown indices.
// O(events x (steps + instances)).
[[nodiscard]] Execution execute(const workload::Problem& problem,
                                const deployment::Deployment& current, const StepGraph& graph,
                                const Durations& durations, const ExecuteOptions& options);

}  // namespace tangram::transition
