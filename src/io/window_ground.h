// What a picture of a schedule needs beyond the schedule file: the GPUs there are, and each
// tenant's load and capacity slot by slot. JSON, for our own reports only.
#pragma once

#include <string>

#include "window/evaluate.h"
#include "window/window.h"

namespace tangram::io {

// `evaluation`: of the schedule; without tenants where there is none, and then without capacities.
// O(tenants x slots).
[[nodiscard]] std::string write_window_ground(const window::Window& window,
                                              const window::Evaluation& evaluation);

}  // namespace tangram::io
