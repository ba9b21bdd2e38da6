// The window run file: what became of a scenario that was planned again and again, as JSON,
// described by docs/schema/window-run.schema.json. Written only. The same but for `timing` whenever
// the inputs are, unless `reproducible` is false.
#pragma once

#include <string>

#include "window/rolling/rolling.h"
#include "window/scenario.h"

namespace tangram::io {

struct WindowRunReport {
    std::string engine;
    window::rolling::RunOptions options;
    window::rolling::Run run;
    double seconds = 0;  // timing only
};

// `scenario`: what was run. O(tenants x slots + decisions).
[[nodiscard]] std::string write_window_run(const window::Scenario& scenario,
                                           const WindowRunReport& report);

}  // namespace tangram::io
