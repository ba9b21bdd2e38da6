// Random windows of every shape the engines must handle: irregular capacities, profiles on which a
// tenant cannot serve, idle and overloaded tenants, bursts, a warm-up of its own for each tenant,
// retrainings that do not fit, instances that serve, are created or retrain when the window begins,
// several kinds of GPU. Same seed and shape, same window.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "window/window.h"

namespace tangram::test {

struct WindowShape {
    std::vector<std::string> models{"A30"};  // of the catalogue; each GPU is one of them
    int gpus_min = 1;
    int gpus_max = 1;
    int tenants_min = 1;
    int tenants_max = 2;
    int slots_min = 4;
    int slots_max = 7;
    int warm_up_max = 3;      // slots
    int profiles_max = 2;     // base profiles of a kind that are of use to anybody
    int places_max = 4;       // their placements on a GPU, together: brute force wants few
    int retrainings_max = 2;  // choices of a tenant
    bool running = true;      // something runs when the window begins, more often than not
    bool floors = false;      // some tenants have one; it may be out of reach
    bool worse = false;       // some retrainings make the model worse
    bool old_rules = false;   // on half the windows, 4g is not allowed beside 3g
};

[[nodiscard]] window::Window random_window(std::uint64_t seed, const WindowShape& shape = {});

// Everything about the window that matters, for a failing test's message.
[[nodiscard]] std::string describe(const window::Window& window);

}  // namespace tangram::test
