// What a schedule is worth, computed independently of every engine: it knows window.h's rules and
// nothing about how schedules are made. Exact, in integers.
#pragma once

#include <string>
#include <vector>

#include "window/schedule.h"
#include "window/window.h"

namespace tangram::window {

// When instances are created. `kAhead`: as the schedule says, in slices that are idle while their
// tenant is served elsewhere (pre-initialisation). `kOnDemand`: at the slot at which the schedule
// wants them to serve, so that they serve `warm_up` slots later, or not at all if they end before;
// what runs at the start is not touched, nor what was being created then or is in the first slot:
// nobody could have created that any earlier.
enum class Creation { kAhead, kOnDemand };

struct TenantAccount {
    Goodput goodput;
    std::vector<Rate> capacity;   // per slot
    std::vector<Rate> served;     // per slot: min(rate, capacity)
    std::vector<Share> accuracy;  // per slot
    // Slots in which requests go unserved that an instance in creation could have served.
    int switching_slots = 0;
    // ... and how much those could have served: min(rate - served, capacity in creation), summed
    // over slots and weighed with the accuracy.
    Goodput switching_loss;
    bool floor_kept = true;
};

struct Evaluation {
    // What the schedule breaks, one sentence each with GPU, tenant and slot; empty: it is legal.
    // Floors that are missed are named too, unless it is illegal: then it is worth nothing.
    std::vector<std::string> violations;
    Goodput goodput;
    IdVector<TenantId, TenantAccount> tenants;
};

// Accepts any stints, whatever they hold. CHECKs that the window is valid.
// O(window + stints x slots).
[[nodiscard]] Evaluation evaluate(const Window& window, const Schedule& schedule,
                                  Creation creation = Creation::kAhead);

}  // namespace tangram::window
