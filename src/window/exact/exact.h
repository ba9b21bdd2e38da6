// The exact engine: one GPU, any tenants whose states fit, proven. See README.md.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::exact {

// For windows of one GPU whose rule set allows all profiles in use together; others are an error.
// Floors are priced: with them the answer may stay short of its bound.
[[nodiscard]] std::unique_ptr<Engine> make_exact();

}  // namespace tangram::window::exact
