// A transition in a terminal: one line per instance that changes, time from left to right. No line
// is wider than `width`.
#pragma once

#include <cstddef>
#include <string>

#include "report/ansi.h"
#include "report/step_chart.h"

namespace tangram::report {

struct StepTerminalOptions {
    int width = 100;  // columns; less than 60 is taken as 60, more than 200 as 200
    ColorMode color = ColorMode::kNone;
    std::size_t lines = 60;
};

// Letters say what happens: d drain, x stop and destroy, c create, S start, R route, A a layout is
// applied. Ends with a newline.
[[nodiscard]] std::string step_terminal(const StepChart& chart,
                                        const StepTerminalOptions& options = {});

}  // namespace tangram::report
