// The fleet as coloured blocks in a terminal: the same folded GPUs, services and figures as the
// SVG. Without colours the blocks are drawn with bars and letter codes. No line is wider than
// `width`.
#pragma once

#include <string>

#include "report/ansi.h"
#include "report/selection.h"

namespace tangram::report {

struct TerminalOptions {
    int width = 80;  // columns; less than 40 is taken as 40, more than 160 as 160
    ColorMode color = ColorMode::kNone;
    Limits limits{.layouts = 40, .services = 120};
};

// Ends with a newline.
[[nodiscard]] std::string fleet_terminal(const Fleet& fleet, const TerminalOptions& options = {});

}  // namespace tangram::report
