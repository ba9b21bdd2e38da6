// A schedule from elsewhere as a fleet to begin with.
#pragma once

#include <optional>

#include "window/priced/fleet.h"
#include "window/priced/question.h"
#include "window/schedule.h"

namespace tangram::window::priced {

// The fleet that does what `schedule`, a legal one, says; what serves nobody is left out. Absent if
// none of a GPU's trees has all it does: rules forbid together what it does at different times.
// O(stints x placements).
[[nodiscard]] std::optional<Fleet> fleet_of(const Question& question, const Schedule& schedule);

}  // namespace tangram::window::priced
