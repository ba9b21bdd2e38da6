// Whether there is any way at all, by searching all states of a small transition.
//
// A state is what has gone and what has come; a step from one to the next is one departure or
// arrival as a whole. That is exact: of any run in which steps overlap, taking each departure at
// the start of its drain and each arrival at the end of its route gives such a path in which every
// ledger is as it was and no instance or GPU is in use for longer.
// Only where instances change one by one (Granularity::kInstance). Source: ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "transition/change.h"
#include "transition/promises.h"
#include "transition/stopgap.h"

namespace tangram::transition::exhaustive {

struct StateOptions {
    bool exchange = false;         // services may exchange equal instances
    std::vector<GpuIndex> spares;  // unused GPUs; the promises say how many at a time
    std::size_t temporaries = 0;   // replicas for the time between, at a time
    std::size_t states_max = 200'000;
};

enum class Reachable { kYes, kNo, kUndecided };  // undecided: too many states

struct StateAnswer {
    Reachable reachable = Reachable::kUndecided;
    // With kYes: the least compute slices that replicas for the time between start.
    std::int64_t temporary_slices = 0;
    std::size_t states = 0;
};

// A GPU all of whose arrivals are still to come may hand them to an empty one of its model, where
// no service cares where it is. kNo is proven for so many temporaries at a time, those placed as
// the menu has them. At most 32 departures and 32 arrivals, else undecided. O(states x moves).
[[nodiscard]] StateAnswer search_states(const Ground& ground, const Change& change,
                                        const Promises& promises, const StopgapMenu& menu,
                                        const StateOptions& options);

// The fewest of the spare GPUs in `options` with which there is a way; kNo if all of them are too
// few, kUndecided as soon as one search is. `promises` are those without spare GPUs.
struct SparesAnswer {
    Reachable reachable = Reachable::kUndecided;
    std::size_t spares = 0;
    std::int64_t temporary_slices = 0;  // the least with so many spare GPUs
};
[[nodiscard]] SparesAnswer least_spares(const Ground& ground, const Change& change,
                                        const Promises& promises, const StopgapMenu& menu,
                                        const StateOptions& options);

}  // namespace tangram::transition::exhaustive
