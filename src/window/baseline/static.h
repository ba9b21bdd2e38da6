// The best cut that is never changed: "static". All maximal layouts and all ways to give their
// instances to tenants; each tenant retrains once at most, on the one of its instances and at the
// start that suit it best with the rates of the whole window known, and serves with that instance
// before and after. So what the others win over it is owed to re-cutting alone. Exact for one GPU,
// local search for more (cut.h). Cuts that keep more floors come first. Source: ours.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::baseline {

[[nodiscard]] std::unique_ptr<Engine> make_static();

}  // namespace tangram::window::baseline
