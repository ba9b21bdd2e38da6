// The optimum of tiny windows: a dynamic program over everything that can be on the GPUs in a slot,
// instance by instance, with what each tenant has retrained. Shares nothing with the engines.
//
// What is left out loses nothing, because fewer instances are never less legal and capacity never
// harms: an instance is destroyed only where it is in the way of one created in the same slot, and
// in the first slot in which a new one serves, its tenant's others do not suffice (else it could
// come a slot later).
#pragma once

#include <cstddef>
#include <optional>

#include "window/schedule.h"
#include "window/window.h"

namespace tangram::test {

struct WindowOptimum {
    window::Goodput goodput;
    window::Schedule schedule;
};

// Nothing if no schedule keeps every floor. For a few profiles, two or three tenants, ten slots,
// and a GPU or two; exponential in all of them.
[[nodiscard]] std::optional<WindowOptimum> window_brute_force(const window::Window& window);

}  // namespace tangram::test
