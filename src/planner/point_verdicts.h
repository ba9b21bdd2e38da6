// Why an operating point was chosen for a service or not, in numbers: every row of the service's
// model on the fleet's GPUs with its verdict. The explanation of what build_planning_model chooses,
// and the source of its error when nothing can be chosen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::planner {

enum class RefusalKind {
    kPrecision,       // measured in another precision than asked for
    kEstimated,       // derived, not measured, and the problem allows no estimates
    kNoThroughput,    // the table gives no throughput
    kTriedAndFailed,  // listed as a combination that does not run
    kMemory,          // needs more memory than the profile has
    kProcesses,       // more processes than the service allows
    kNotAllowed,      // profile or GPU model outside `allow`
    kNotMeasured,     // the objective's metric or statistic is not in the table
    kLatency,         // the latency rule refuses it
};

struct Refusal {
    RefusalKind kind;
    std::string reason;  // "2 x 45 ms + 0 ms wait = 90 ms > 83.5 ms"
};

struct PointVerdict {
    perf::OperatingPointId point;
    FleetEntryId entry;
    gpu::ProfileId profile;
    bool chosen = false;
    std::vector<Refusal> refusals;  // all that apply; empty: admissible
    // Of an admissible point that was not chosen: "40 < 100 requests/s of batch 8, 2 processes".
    std::string why_not_chosen;

    [[nodiscard]] bool admissible() const { return refusals.empty(); }
};

// One verdict for every (operating point, fleet entry) where the point was measured on the entry's
// GPU model and one of its profiles; by entry, profile, table order. At most one per (entry,
// profile) is chosen, the same as in build_planning_model. O(points of the model x entries + rows
// of infeasible combinations).
[[nodiscard]] std::vector<PointVerdict> judge_points(const workload::Problem& problem,
                                                     ServiceId service);

// A point's latency against one objective under a rule: "2 x 45 ms + 0 ms wait = 90 ms > 83.5 ms",
// with <= where the rule admits it.
[[nodiscard]] std::string latency_in_numbers(perf::LatencyRule rule, Duration latency,
                                             Duration max_wait, Duration max);

// "batch 8, 2 processes".
[[nodiscard]] std::string setting_text(const perf::OperatingPoint& point);

}  // namespace tangram::planner
