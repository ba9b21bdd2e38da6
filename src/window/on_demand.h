// A schedule without pre-initialisation: what creating instances ahead is worth is the difference.
#pragma once

#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window {

// The same stints, each instance created at the slot at which the schedule wants it to serve, so
// that it serves `warm_up` slots later, if it has not ended by then. Those that never were to serve
// are left out. Worth what evaluate says of the schedule with Creation::kOnDemand, in a form that
// can be carried out. `schedule` is legal; so is the answer, but for floors.
[[nodiscard]] Schedule created_on_demand(const Window& window, const Schedule& schedule);

}  // namespace tangram::window
