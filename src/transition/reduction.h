// Transitive reduction of a directed acyclic graph.
#pragma once

#include <cstddef>
#include <vector>

#include "transition/step_graph.h"

namespace tangram::transition {

// Arcs without those that a longer way implies, and without duplicates (the first one stays); by
// (after, before). Every arc leads to a step with a higher number. O(steps x arcs / 64).
[[nodiscard]] std::vector<Arc> reduced(std::vector<Arc> arcs, std::size_t steps);

}  // namespace tangram::transition
