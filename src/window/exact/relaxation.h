// The first bound: switching costs nothing. In every slot the best layout, given the retrainings
// that surely run; sums over slots are prefix sums, so a box costs a few look-ups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "window/exact/plans.h"
#include "window/exact/space.h"

namespace tangram::window::exact {

// Not thread-safe; what it is made from is kept.
class Relaxation {
public:
    Relaxation(const Window& window, Space& space);

    // No schedule in which a served request is worth that much is worth more, in units of Goodput.
    [[nodiscard]] std::int64_t bound(const Weights& weights);
    // What the slots before each one are worth at most beside these holds; empty if they do not
    // fit.
    const std::vector<std::int64_t>& sums(Holds holds, const Weights& weights);

private:
    using Capacities = std::vector<std::vector<std::int64_t>>;
    const Capacities& largest(Holds holds);

    const Window& window_;
    Space& space_;
    std::map<Holds, Capacities> largest_;
    std::map<std::pair<Holds, Weights>, std::vector<std::int64_t>> sums_;
};

}  // namespace tangram::window::exact
