#include "transition/check/phases.h"

namespace tangram::transition::check_parts {
namespace {

using deployment::Phase;

}  // namespace

std::string_view name(Condition condition) {
    switch (condition) {
        case Condition::kNone:
            return "not there";
        case Condition::kCreating:
            return "creating";
        case Condition::kIdle:
            return "idle";
        case Condition::kStarting:
            return "starting";
        case Condition::kReady:
            return "ready";
        case Condition::kServing:
            return "serving";
        case Condition::kDraining:
            return "draining";
        case Condition::kDrained:
            return "drained";
        case Condition::kStopping:
            return "stopping";
        case Condition::kDestroying:
            return "destroying";
        case Condition::kBroken:
            return "failed";
        case Condition::kDead:
            return "failed and stopped";
    }
    return "unknown";
}

Seat seat_of(const deployment::Instance& instance, ServiceId service,
             const deployment::RunPoint* point) {
    const bool runs = service.valid();
    switch (instance.phase) {
        case Phase::kCreating:
            return {Condition::kCreating, {}, nullptr};
        case Phase::kIdle:
            return {Condition::kIdle, {}, nullptr};
        case Phase::kDestroying:
            return {Condition::kDestroying, {}, nullptr};
        case Phase::kFailed:
        case Phase::kUnknown:
            return {runs ? Condition::kBroken : Condition::kDead, service, point};
        default:
            break;
    }
    // The other phases are a replica's; without a service there is none.
    if (!runs) return {Condition::kIdle, {}, nullptr};
    switch (instance.phase) {
        case Phase::kStarting:
            return {Condition::kStarting, service, point};
        case Phase::kReady:
            return {Condition::kReady, service, point};
        case Phase::kDraining:
            return {Condition::kDraining, service, point};
        case Phase::kStopping:
            return {Condition::kStopping, service, point};
        default:
            return {Condition::kServing, service, point};
    }
}

bool same_point(const deployment::RunPoint& a, const deployment::RunPoint& b) {
    return a.model == b.model && a.precision == b.precision && a.batch == b.batch &&
           a.processes == b.processes && a.max_wait == b.max_wait;
}

std::optional<Seat> after_step(const Seat& seat, StepKind kind, ServiceId service,
                               const deployment::RunPoint* point) {
    using enum Condition;
    const Condition now = seat.condition;
    const bool same = seat.point != nullptr && point != nullptr && seat.service == service &&
                      same_point(*seat.point, *point);
    const auto still = [&](Condition then) { return Seat{then, seat.service, seat.point}; };
    switch (kind) {
        case StepKind::kCreate:
            if (now == kNone || now == kCreating) return Seat{kIdle, {}, nullptr};
            break;
        case StepKind::kStart:
            if (now == kIdle) return Seat{kReady, service, point};
            if (now == kStarting && same) return Seat{kReady, service, point};
            break;
        case StepKind::kRoute:
            if ((now == kReady || now == kDraining) && same) return Seat{kServing, service, point};
            break;
        case StepKind::kDrain:
            if ((now == kReady || now == kServing || now == kDraining) && same) {
                return still(kDrained);
            }
            break;
        case StepKind::kStop:
            if (!same) break;
            if (now == kBroken) return Seat{kDead, {}, nullptr};
            if (now == kStarting || now == kReady || now == kDrained || now == kStopping) {
                return Seat{kIdle, {}, nullptr};
            }
            break;
        case StepKind::kDestroy:
            if (now != kNone && can_be_wiped(now)) return Seat{};
            break;
        case StepKind::kAcquire:
        case StepKind::kApply:
        case StepKind::kRelease:
            break;
    }
    return std::nullopt;
}

bool can_be_wiped(Condition condition) {
    using enum Condition;
    return condition == kNone || condition == kCreating || condition == kIdle ||
           condition == kDestroying || condition == kDead;
}

bool settled(Condition condition) {
    using enum Condition;
    return condition == kNone || condition == kIdle || condition == kServing ||
           condition == kBroken || condition == kDead;
}

}  // namespace tangram::transition::check_parts
