// What the pictures show: a plan or deployment as the reader of a picture sees it. Read from JSON
// text alone (formats tangram/plan and tangram/deployment, version 1), equal GPUs folded into one
// group with a count. Figures are doubles here because they are only printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tangram::report {

// One instance: so many memory slices from `start` on.
struct Piece {
    int start = 0;
    int size = 1;
    std::string profile;
    int service = -1;  // index into Fleet::services; -1: idle
    int batch = 0;     // 0: nothing runs
    int processes = 0;
    std::string phase;
    bool estimated = false;  // its performance is an estimate, not a measurement
    friend bool operator==(const Piece&, const Piece&) = default;
};

// GPUs of one model and status that hold the same pieces in the same places.
struct GpuGroup {
    int model = 0;  // index into Fleet::models
    std::string status;
    std::vector<Piece> pieces;     // by start
    std::vector<std::string> ids;  // of the GPUs folded here, in the file's order; never empty
};

struct ModelSummary {
    std::string name;
    int memory_slices = 0;
    std::int64_t gpus = 0;
};

struct ServiceSummary {
    std::string name;
    double rate_rps = 0;
    double capacity_rps = 0;  // of instances that are ready or serving on GPUs that are ok
    std::int64_t instances = 0;

    // (capacity - rate) / rate; 0 if nothing is asked for.
    [[nodiscard]] double headroom() const {
        return rate_rps > 0 ? (capacity_rps - rate_rps) / rate_rps : 0;
    }
    // Less than the rate, beyond what rounding a sum of thousandths can explain.
    [[nodiscard]] bool short_of_rate() const { return capacity_rps < rate_rps - 5e-4; }
};

struct Fleet {
    // Absent in a bare deployment.
    std::optional<std::string> status;  // "optimal", "feasible", "infeasible", "partial", "unknown"
    std::optional<double> bound;
    std::optional<double> gap;
    std::string engine;
    std::string formulation;

    bool has_deployment = true;  // false: a plan without one (infeasible, or stopped early)
    std::int64_t gpus = 0;       // counted, not claimed
    std::optional<double> cost;  // as the file states it
    std::int64_t instances = 0;
    std::int64_t estimated_instances = 0;  // of them, those whose performance is an estimate
    std::vector<ModelSummary> models;
    std::vector<ServiceSummary> services;
    // By model; within one model lost and excluded GPUs first, then the most frequent.
    std::vector<GpuGroup> groups;
};

// Errors: text that is not JSON, not one of the two formats, or inconsistent (a point or service
// that is not there, an instance outside its GPU). O(instances log instances).
[[nodiscard]] Result<Fleet> read_fleet(std::string_view json);

}  // namespace tangram::report
