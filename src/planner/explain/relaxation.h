// What stands in the way of an infeasible problem, and how little would have to give.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "planner/point_verdicts.h"

namespace tangram::planner::explain {

// The smallest latency objective under which the rule admits a measured latency: the inverse of
// perf::admissible in its last argument.
[[nodiscard]] Duration smallest_objective(perf::LatencyRule rule, Duration latency,
                                          Duration max_wait);

// One objective of a service and the value it would need.
struct NeededObjective {
    perf::MetricId metric;
    Duration asked{};
    Duration needed{};   // == asked where this objective is not in the way
    Duration latency{};  // as measured
};

// The operating point that would serve at the smallest relative change of the service's objectives.
struct Relaxation {
    PointVerdict point;
    std::vector<NeededObjective> objectives;
};

// A service no operating point may serve.
struct Blocker {
    ServiceId service;
    std::size_t points = 0;  // of its model on the fleet, all refused
    // How many points each kind of refusal touches; in order of RefusalKind, zeros left out.
    std::vector<std::pair<RefusalKind, std::size_t>> refusals;
    // Absent if latency alone is not what refuses every point.
    std::optional<Relaxation> relaxation;
};

// The service's blocker; empty if some point is admissible. O(points of its model).
[[nodiscard]] std::optional<Blocker> find_blocker(const workload::Problem& problem,
                                                  ServiceId service);
// Of all services, at most `limit` of them.
[[nodiscard]] std::vector<Blocker> find_blockers(const workload::Problem& problem,
                                                 std::size_t limit = 20);

// "latency", "memory", ...: as the explanation file writes it.
[[nodiscard]] std::string_view name(RefusalKind kind);

}  // namespace tangram::planner::explain
