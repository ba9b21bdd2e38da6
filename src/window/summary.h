// The figures by which schedules are compared.
#pragma once

#include "window/evaluate.h"
#include "window/scenario.h"
#include "window/window.h"

namespace tangram::window {

struct Summary {
    Share served;             // of all requests, rounded down; all if there are none
    Share accuracy;           // of the served requests' models, their mean; 0 if none are served
    int retrained = 0;        // times a better model takes over within the window
    int switching_slots = 0;  // over all tenants
    Goodput switching_loss;
};

// CHECKs that the evaluation is of this window. O(tenants x slots).
[[nodiscard]] Summary summarise(const Window& window, const Evaluation& evaluation);

// The time of a tenant's switching slots by what it was spent on, in proportion to what its warm-up
// consists of.
[[nodiscard]] Switching split_switching(const Switching& switching, Duration slot,
                                        int switching_slots);

}  // namespace tangram::window
