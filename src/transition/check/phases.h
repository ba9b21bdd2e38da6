// What may happen next to one placement of a GPU: the legal order of its steps. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "transition/check/names.h"

namespace tangram::transition::check_parts {

enum class Condition {
    kNone,  // nothing there
    kCreating,
    kIdle,
    kStarting,
    kReady,
    kServing,
    kDraining,
    kDrained,
    kStopping,
    kDestroying,
    kBroken,  // failed or unknown, of a service: to be stopped
    kDead,    // failed or unknown, nothing runs: to be destroyed
};
[[nodiscard]] std::string_view name(Condition condition);

// A placement with what it runs, if anything.
struct Seat {
    Condition condition = Condition::kNone;
    ServiceId service;
    const deployment::RunPoint* point = nullptr;
};

[[nodiscard]] Seat seat_of(const deployment::Instance& instance, ServiceId service,
                           const deployment::RunPoint* point);

// The same way of running a model: all that the server is told. A table measured anew changes the
// capacity a point states, and nothing about the replica.
[[nodiscard]] bool same_point(const deployment::RunPoint& a, const deployment::RunPoint& b);

// After `kind` has ended; `service` and `point` are the step's. Nothing if the step must not come
// here. kCreate, kStart, kRoute, kDrain, kStop and kDestroy only.
[[nodiscard]] std::optional<Seat> after_step(const Seat& seat, StepKind kind, ServiceId service,
                                             const deployment::RunPoint* point);

// Whether nothing has to be stopped first when the GPU gets a whole new layout.
[[nodiscard]] bool can_be_wiped(Condition condition);

// Whether a transition may leave the placement so: nothing is under way there.
[[nodiscard]] bool settled(Condition condition);

}  // namespace tangram::transition::check_parts
