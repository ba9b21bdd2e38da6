// A window in a terminal: one line per memory slice (equal ones that lie together share one), time
// from left to right; below, each tenant's load and capacity and what comes of it. No line is wider
// than `width`.
#pragma once

#include <cstddef>
#include <string>

#include "report/ansi.h"
#include "report/window_chart.h"

namespace tangram::report {

struct WindowTerminalOptions {
    int width = 100;  // columns; less than 60 is taken as 60, more than 200 as 200
    ColorMode color = ColorMode::kNone;
    std::size_t lines = 60;    // of memory slices
    std::size_t tenants = 20;  // whose load is drawn
};

// A tenant's letter where it serves, `.` where an instance of its is created, letter and `/` in
// turn where it retrains. Ends with a newline.
[[nodiscard]] std::string window_terminal(const WindowChart& chart,
                                          const WindowTerminalOptions& options = {});

}  // namespace tangram::report
