// What a schedule can do without.
#pragma once

#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window {

// The schedule without the new serving instances that serve nothing in any slot that the tenant's
// others could not serve as well: worth the same, and less to carry out. The smallest and shortest
// go first. Takes legal schedules. O(stints x slots).
[[nodiscard]] Schedule without_idle(const Window& window, const Schedule& schedule);

}  // namespace tangram::window
