// Random small deployments, and for each placement something that may happen to it: replicas that
// leave, come, come and go or change their service, instances that are created and destroyed, GPUs
// that are taken into use and given up. The steps of each placement are in order; what else waits
// for what is random, and most graphs break a promise or two.
#pragma once

#include <cstdint>

#include "support/small_transition.h"

namespace tangram::test {

// The same for the same seed. Arcs lead from lower to higher step numbers.
[[nodiscard]] SmallTransition random_transition(std::uint64_t seed);

}  // namespace tangram::test
