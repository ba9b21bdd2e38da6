// What the pictures of a transition show: bars per GPU over time, and each service's capacity over
// time beside its floor. Read from JSON text alone (format tangram/transition, version 1). Figures
// are doubles here because they are only printed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tangram::report {

struct StepBar {
    std::string kind;  // "create", "start", ...
    double begin_s = 0, end_s = 0;
    int start = 0;     // first memory slice
    int size = 0;      // slices; 0: the whole GPU
    int service = -1;  // index into StepChart::services; -1: none
    bool temporary = false;
    std::string text;  // "drain bert on 2g.20gb at 4"
};

struct GpuLane {
    std::string id;
    int memory_slices = 0;
    std::vector<StepBar> bars;  // by begin
};

struct CapacityChange {
    double time_s = 0;
    double capacity_rps = 0;  // from then on
};

struct ServiceCurve {
    std::string name;
    double floor_rps = 0;
    std::vector<CapacityChange> changes;  // the first at time 0; more only if it changes
};

struct StepChart {
    bool found = true;
    std::vector<std::string> obstacles;  // where no way was found
    double makespan_s = 0;
    std::int64_t steps = 0, arcs = 0, started = 0, temporary = 0, stopped = 0, kept = 0;
    std::int64_t spare_gpus = 0;
    std::string spare_verdict;
    std::vector<GpuLane> gpus;           // with steps, in the file's order
    std::vector<ServiceCurve> services;  // all
};

// Errors: text that is not JSON, not that format, or inconsistent. O(steps log steps).
[[nodiscard]] Result<StepChart> read_step_chart(std::string_view json);

// "42 steps in 21.3 s: 5 replicas started, 5 stopped, 30 kept".
[[nodiscard]] std::string headline(const StepChart& chart);

}  // namespace tangram::report
