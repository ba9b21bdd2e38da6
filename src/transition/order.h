// A sequence that keeps every promise: who leaves and arrives after whom. Found by list scheduling
// in simulated time: whenever something ends, the arrivals whose blockers may all drain are opened,
// those first whose service others wait for. Where nothing can go on, replicas are started for the
// time between (stopgap.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "transition/change.h"
#include "transition/durations.h"
#include "transition/promises.h"
#include "transition/stopgap.h"

namespace tangram::transition {

// Something that takes out of ledgers or brings back, in the order of the sequence.
struct Movement {
    enum class What { kDrainStarts, kRouteEnds, kAcquireStarts, kReleaseEnds };
    What what = What::kDrainStarts;
    std::size_t index = 0;  // of the departure, the arrival, or the GPU
};

// A service that lacks capacity (or replicas) for anything to go on.
struct Shortage {
    LedgerId ledger;
    std::int64_t missing = 0;  // for the arrival that is nearest to going on
    std::int64_t asked = 0;    // of which it lacks so much
};

struct Sequence {
    bool complete = false;
    Change change;      // the one given, with replicas for the time between and exchanges
    Promises promises;  // of that change
    std::vector<Movement> movements;
    std::vector<Shortage> shortages;  // where it is not complete
    std::int64_t temporaries = 0;
    Duration makespan{};
};

struct OrderOptions {
    std::uint64_t seed = 0;  // 0: no perturbation
    bool exchange = false;   // services may exchange equal instances they have yet to start on
    bool stopgaps = true;
    bool move_kept = false;  // what could stay moves with its GPU where nothing else goes on
    bool together = false;   // nobody arrives on a GPU before everybody could: it can still move
    bool eager = false;      // spare GPUs are taken to save time, not only where nothing goes on
    // Services whose replicas cannot leave without help get it at once, while there is still room.
    IdVector<ServiceNameId, bool> stranded;
    std::vector<GpuIndex> spares;  // unused GPUs that may be taken for the time between
};

// O(arrivals x blockers) for every time something ends.
[[nodiscard]] Sequence order(const Ground& ground, Change change, const Promises& promises,
                             const StopgapMenu& menu, const Durations& durations,
                             const OrderOptions& options);

}  // namespace tangram::transition
