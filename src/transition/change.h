// What a transition has to do: which replicas stay, which leave, which arrive, and what each of
// them goes through from the phase it is in.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "transition/durations.h"
#include "transition/ground.h"
#include "transition/step_graph.h"

namespace tangram::transition {

// A replica or an instance on its way out.
struct Departure {
    Occupant who;
    std::vector<StepKind> steps;         // in order: of drain, stop, destroy
    bool serves = false;                 // its capacity is there until the drain starts
    std::optional<std::size_t> came_as;  // the arrival of a replica for the time between
};

// A replica or an instance on its way in.
struct Arrival {
    Occupant who;
    std::vector<StepKind> steps;            // in order: of create, start, route
    std::vector<std::size_t> blockers;      // departures that must be gone before the first step
    std::optional<std::size_t> takes_over;  // of those: the one whose instance it takes over
    bool temporary = false;                 // it leaves again
    bool continued = false;                 // begun already: its instance or process is there
};

// GPUs that are cut anew together, all at once (Granularity).
struct Recut {
    std::vector<GpuIndex> gpus;
    std::vector<std::size_t> departures;  // that go with it
};

struct Change {
    std::vector<Occupant> kept;  // serve throughout
    std::vector<Departure> departures;
    std::vector<Arrival> arrivals;
    std::vector<Recut> recuts;  // none where instances change one by one
    IdVector<GpuIndex, std::optional<std::size_t>> recut_of;  // by GPU
    IdVector<GpuIndex, bool> used_now, used_then;             // holds an instance
};

// Replicas of one service at the same place with the same operating point stay. Of everything else
// on a GPU that is cut at once, nothing stays. O(instances x instances per GPU).
[[nodiscard]] Change change_of(const Ground& ground, Granularity granularity);

}  // namespace tangram::transition
