// A baseline's outcome from its schedule, by the independent account.
#pragma once

#include <string>
#include <string_view>

#include "window/baseline/effort.h"
#include "window/engine.h"

namespace tangram::window::baseline {

// CHECKs that the schedule breaks nothing but floors; those that are missed are counted in the
// note, which begins with `note`.
[[nodiscard]] Outcome answer(const Window& window, std::string_view engine, Schedule schedule,
                             const Effort& effort, std::string note);

// CHECKs that the window is valid.
void require_valid(const Window& window);

// "; 2 tenants get less than their floor", or nothing.
[[nodiscard]] std::string floors_missed(const Evaluation& evaluation);

}  // namespace tangram::window::baseline
