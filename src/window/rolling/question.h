// The window that an engine is asked about in the middle of another one.
#pragma once

#include <vector>

#include "window/evaluate.h"
#include "window/rolling/executor.h"
#include "window/window.h"

namespace tangram::window::rolling {

// What is left of the window, as known at the executor's slot: what runs, accuracies as measured,
// `rates` for the slots to come (by tenant), predicted retrainings, none for a tenant that has
// begun one. A floor becomes the share of the requests to come that has to be served for the
// window's floor, at most 1. O(size), with floors O(stints x slots).
[[nodiscard]] Window question(const Window& truth, const Window& believed, const Executor& executor,
                              IdVector<TenantId, std::vector<Rate>> rates);

}  // namespace tangram::window::rolling
