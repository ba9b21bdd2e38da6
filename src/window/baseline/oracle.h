// "oracle": what perfect knowledge and free switching would win. Every slot has the best layout,
// dealt out best, without warm-ups; a retraining holds an instance but may move from slot to slot.
// So it is a bound for every engine that keeps the rules of window.h, and no schedule comes of it.
// The bound comes from prices (oracle_prices.h); with one GPU a search over plans
// (oracle_boxes.h) often gives a better one, and the best plan found, which is then the goodput.
// With more GPUs, or very many tenants, the bound stands for the goodput too. Source: ours.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::baseline {

[[nodiscard]] std::unique_ptr<Engine> make_oracle();

}  // namespace tangram::window::baseline
