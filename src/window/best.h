// The engine to ask without knowing engines: "best". On one GPU the exact search and, if that does
// not end with a proof, the prices of many GPUs; on several those alone; and what costs nothing
// next to them: the best static cut, the schedule made slot by slot and the oracle's bound. The
// best schedule and the lowest bound count, whoever found them.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window {

// Half of the work, or three fifths of the time, goes to the exact search.
[[nodiscard]] std::unique_ptr<Engine> make_best();

}  // namespace tangram::window
