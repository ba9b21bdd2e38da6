// What no way to a target can beat: the earliest times at which anything can happen if every
// promise is looked at alone and everything that can be shared is free. What is never reached even
// so needs a GPU more.
#pragma once

#include "transition/change.h"
#include "transition/durations.h"
#include "transition/promises.h"
#include "transition/stopgap.h"

namespace tangram::transition {

struct Reach {
    bool without_help = false;               // reached without replicas for the time between
    bool without_spare = false;              // ... with them, on no more GPUs than before or after
    IdVector<ServiceNameId, bool> stranded;  // some of its replicas cannot leave without help
    Duration makespan{};  // no way without help is shorter; 0 where there is none
};

// A drain needs slack or one route of its service; an arrival needs its blockers gone. A replica
// for the time between needs slices that are free or that something reachable leaves. The least
// fixpoint of these rules contains whatever any way can do, so what is outside is proven out of
// reach. `exchange`: services may exchange equal instances. O(passes x (departures + arrivals)).
[[nodiscard]] Reach reach_of(const Ground& ground, const Change& change, const Promises& promises,
                             const StopgapMenu& menu, const Durations& durations, bool exchange);

}  // namespace tangram::transition
