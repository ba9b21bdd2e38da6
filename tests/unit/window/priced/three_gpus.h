// A window beyond brute force.
#pragma once

#include "support/random_window.h"

namespace tangram::window::priced {

// Five tenants on three A100, 30 slots.
inline Window three_gpus() {
    return test::random_window(7, {.models = {"A100-SXM4-40GB"},
                                   .gpus_min = 3,
                                   .gpus_max = 3,
                                   .tenants_min = 5,
                                   .tenants_max = 5,
                                   .slots_min = 30,
                                   .slots_max = 30,
                                   .profiles_max = 5,
                                   .places_max = 20});
}

}  // namespace tangram::window::priced
