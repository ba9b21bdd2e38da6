// The engine to ask without knowing engines: "best". First what costs little, the best static cut
// and the schedule made slot by slot; then the prices of many GPUs, which find good schedules soon;
// on one GPU the exact search, which begins with these; and the oracle's bound with what is left.
// The best schedule and the lowest bound count, whoever found them.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window {

// A fifth of what is allowed goes to each of the first two, if they need it. On one GPU a quarter
// of the rest, and a second or two at most, goes to prices, nine tenths of the rest to the exact
// search; on several three quarters go to prices.
[[nodiscard]] std::unique_ptr<Engine> make_best();

}  // namespace tangram::window
