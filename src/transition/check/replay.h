// What the steps of a graph do, placement by placement: who serves from when to when, which
// instance is there from when to when, which GPU is in use. Orders between different placements are
// for others to judge; that the steps of one come one after another is required here and
// established by order.h.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "transition/check/closure.h"
#include "transition/check/phases.h"

namespace tangram::transition::check_parts {

// A time of serving of one replica on a GPU that is not lost.
struct Serving {
    ServiceId service;
    GpuId gpu;
    Wide capacity = 0;
    StepId route;  // invalid: from the beginning
    StepId drain;  // invalid: to the end
};

// A time of one instance on its placement.
struct Occupancy {
    gpu::ProfileId profile;
    int start = 0;
    StepId create;   // invalid: from the beginning
    StepId destroy;  // invalid: to the end
};

// What a placement holds, as a name, at some time or in the end.
struct Holding {
    gpu::ProfileId profile;
    int start = 0;
    Seat seat;
    deployment::Phase phase = deployment::Phase::kIdle;
};

struct GpuStory {
    bool used_before = false;
    bool used_after = false;
    StepId acquire, release;           // invalid: none
    std::vector<StepId> steps;         // in a topological order
    std::vector<StepId> applies;       // the same
    std::vector<Occupancy> instances;  // by placement; empty where whole layouts are applied
    std::vector<Holding> passing;      // replicas that served and are gone in the end
    std::vector<Holding> left;         // in the end, by start
};

struct Story {
    IdVector<GpuId, GpuStory> gpus;
    std::vector<Serving> servings;
    std::vector<std::pair<StepId, StepId>> must;  // the first has to end before the second starts
};

// Reports kBadGraph, with the state before it, for every step that must not come where it comes,
// and for every placement that is left amid something. Nothing if there was any. `dag` without
// cycles. O(steps log steps + instances).
[[nodiscard]] std::optional<Story> replay(const Context& context, const Names& names,
                                          const Dag& dag);

}  // namespace tangram::transition::check_parts
