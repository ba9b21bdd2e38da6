// What a table holds: coverage, and the best point of each profile for an objective. Data only; who
// prints it decides how.
#pragma once

#include <string>
#include <vector>

#include "perf/latency_rule.h"
#include "perf/performance_table.h"

namespace tangram::perf {

// One model on one profile with so many processes.
struct Coverage {
    ModelId model;
    std::string source;
    std::string gpu;
    std::string precision;
    std::string profile;
    int processes = 1;
    std::string scenario;
    std::size_t points = 0;
    std::vector<int> batches;             // ascending, each once
    std::vector<std::string> statistics;  // of its measures: "latency_ms mean", sorted, each once
    std::size_t infeasible = 0;           // combinations listed as infeasible, over all sources
};

// Groups in order of first appearance; models in order of their ids. O(points log points).
[[nodiscard]] std::vector<Coverage> coverage(const PerformanceTable& table);

struct BestQuery {
    std::vector<Objective> slo;  // empty: any latency will do
    LatencyRule rule = LatencyRule::kTwoBatches;
    Duration max_wait{};
    int max_processes = 1;
};

// The best admissible point of one model on one profile, over all batches, sources and scenarios.
struct Best {
    ModelId model;
    std::string gpu;
    std::string precision;
    std::string profile;
    OperatingPointId best;     // as better() has it; invalid if none is admissible
    OperatingPointId fastest;  // smallest latency of the first objective; invalid if not measured
};

// One row per (model, gpu, precision, profile), in the order of coverage(); points with more than
// max_processes are left out, rows without points too. O(points log points).
[[nodiscard]] std::vector<Best> best_points(const PerformanceTable& table, const BestQuery& query);

}  // namespace tangram::perf
