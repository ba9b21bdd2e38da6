// What the pictures of a window show: who holds which memory slices when, and each tenant's load,
// capacity and accuracy over time. Read from JSON text alone (formats tangram/window-schedule and
// tangram/window-ground, version 1). Figures are doubles here because they are only printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tangram::report {

struct StintBar {
    double begin_s = 0, ready_s = 0, end_s = 0;  // serves from `ready_s` on; retrains from begin on
    int start = 0;                               // first memory slice
    int size = 1;                                // slices
    std::size_t tenant = 0;                      // index into WindowChart::tenants
    bool retrains = false;
    std::string profile;
    std::string predicted;  // of a retraining that nobody has measured: what to expect and, in
                            // brackets, between what nine of ten lie
};

struct WindowLane {
    std::string id;
    int memory_slices = 0;
    std::vector<StintBar> bars;  // by begin
};

// Of series: one value per slot.
struct TenantCurves {
    std::string name;
    std::vector<double> asked_rps, capacity_rps, accuracy;
    double goodput = 0;       // requests x accuracy
    double served_share = 1;  // of the requests; 1 if there are none
    int switching_slots = 0;
};

struct WindowChart {
    std::string engine;
    std::string status;       // "optimal", "feasible", "unknown"
    std::string stop_reason;  // "proven", "deadline", ...
    std::string note;
    std::optional<double> goodput;  // absent without an answer
    std::optional<double> bound, gap;
    double slot_s = 1;
    int slots = 0;
    std::vector<WindowLane> gpus;
    std::vector<TenantCurves> tenants;  // without capacities and accuracies if nothing is answered

    [[nodiscard]] long long retrainings() const;
    [[nodiscard]] double length_s() const { return slot_s * slots; }
};

// `schedule` says who does what, `ground` what GPUs there are, loads and capacities; both are of
// the same window. Errors: text that is not JSON, not that format, or inconsistent. O(size).
[[nodiscard]] Result<WindowChart> read_window_chart(std::string_view schedule,
                                                    std::string_view ground);

// "12,345 accurate requests, proven optimal", "12,300 accurate requests, at most 12,400 possible".
[[nodiscard]] std::string headline(const WindowChart& chart);
// "2 tenants on 1 GPU · 200 slots of 1 s · 2 retrainings · engine exact".
[[nodiscard]] std::string subline(const WindowChart& chart);

}  // namespace tangram::report
