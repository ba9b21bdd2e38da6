// Proof that a target cannot be reached without a spare GPU, by search over all sets of replicas
// that have left. A relaxation: whatever can arrive has arrived, and replicas for the time between
// fit wherever nothing is that has yet to leave or stays, for each service as if it were alone. If
// even so no order empties the places, none does.
#pragma once

#include <cstdint>

#include "transition/change.h"
#include "transition/promises.h"
#include "transition/stopgap.h"

namespace tangram::transition {

// True: proven. False: there may be a way, or the search was too large. `promises` without spare
// GPUs; `exchange` as in order.h. Looks at capacities alone, where instances change one by one. At
// most `most_sets` sets, each O(departures + services x GPUs x slices).
[[nodiscard]] bool spare_is_necessary(const Ground& ground, const Change& change,
                                      const Promises& promises, const StopgapMenu& menu,
                                      bool exchange, std::size_t most_sets = 50'000);

}  // namespace tangram::transition
