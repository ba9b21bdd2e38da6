// The comparison file: what engines make of windows, side by side, as JSON, described by
// docs/schema/window-comparison.schema.json. Written only. The same but for `timing` whenever the
// inputs and budgets are, if every outcome says it is reproducible.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "window/engine.h"

namespace tangram::io {

struct EngineEntry {
    std::string engine;
    std::optional<window::Outcome> outcome;
    std::string refusal;  // why there is no outcome
    // The same schedule with its instances created when they are to serve; absent without one.
    std::optional<window::Evaluation> on_demand;
};

struct WindowEntries {
    std::string scenario;
    window::Window window;
    std::vector<EngineEntry> engines;
};

struct WindowComparison {
    std::vector<WindowEntries> windows;
    double seconds = 0;  // timing only
};

// A gap is to the best bound that any of the engines proves; bounds are about schedules, so what is
// none has no gap.
[[nodiscard]] std::string write_window_comparison(const WindowComparison& comparison);

}  // namespace tangram::io
