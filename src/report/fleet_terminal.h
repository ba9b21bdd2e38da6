// The fleet as coloured blocks in a terminal: the same folded GPUs, services and figures as the
// SVG. Without colours the blocks are drawn with bars and letter codes. No line is wider than
// `width`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "report/ansi.h"
#include "report/selection.h"

namespace tangram::report {

struct TerminalOptions {
    int width = 80;  // columns; less than 40 is taken as 40, more than 160 as 160
    ColorMode color = ColorMode::kNone;
    Limits limits{.layouts = 40, .services = 120};
};

// `json` is a plan or a deployment (see fleet.h). Ends with a newline. Errors: those of read_fleet.
[[nodiscard]] Result<std::string> fleet_terminal(std::string_view json,
                                                 const TerminalOptions& options = {});

}  // namespace tangram::report
