// The engine for many GPUs: a bound from prices (bound.h) and schedules found by annealing
// (anneal.h).
//
// It never enumerates plans or layouts: a round of prices costs O(slots^3) per shape of block and
// O(slots) per tenant, so tenants and GPUs may be many. Its bound is not tight: half-served tenants
// can be mixed from several schedules of one GPU. Source: ours;
// docs/design/0013-windows-of-many-gpus.md.
#pragma once

#include <memory>

#include "window/engine.h"

namespace tangram::window::priced {

[[nodiscard]] std::unique_ptr<Engine> make_engine();

}  // namespace tangram::window::priced
