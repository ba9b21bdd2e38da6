// Window engines side by side: a table per window, one over all of them, and bars of their goodput.
// Read from JSON text alone (format tangram/window-comparison, version 1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/text_table.h"

namespace tangram::report {

struct SwitchingFigures {
    double slots = 0;
    double loss = 0;  // goodput
};

struct EngineBar {
    std::string engine;
    std::string status;  // "optimal", "feasible", "unknown", "refused"
    std::string note;
    std::optional<double> goodput;  // absent without an answer, as what follows
    std::optional<double> gap;      // to the window's bound
    // Absent where only the goodput is known.
    std::optional<double> served_share, mean_accuracy, retrained;
    SwitchingFigures switching;
    std::optional<double> on_demand_goodput;  // absent without a schedule
    std::optional<SwitchingFigures> on_demand;
    std::optional<double> seconds;

    [[nodiscard]] bool has_schedule() const { return on_demand_goodput.has_value(); }
};

struct ComparedWindow {
    std::string scenario;
    std::string size;  // "2 tenants on 1 GPU, 200 slots of 1 s"
    std::optional<double> bound;
    std::vector<EngineBar> engines;

    // The most any schedule is worth; 0 if there is none. Engines that share GPUs otherwise may
    // have more.
    [[nodiscard]] double best() const;
};

struct WindowsChart {
    std::vector<ComparedWindow> windows;
};

// Errors: text that is not JSON or not that format. O(size).
[[nodiscard]] Result<WindowsChart> read_windows_chart(std::string_view json);

// Tables with a heading each; of more than one window the last one sums up: by engine the mean
// share of the bound, by how much the best engine of each window is above it (quartiles), and
// switching.
[[nodiscard]] std::string windows_table(const WindowsChart& chart, TableStyle style);

// A bar per engine and window; a line marks the bound.
[[nodiscard]] std::string windows_svg(const WindowsChart& chart, std::size_t windows_max = 40);

}  // namespace tangram::report
