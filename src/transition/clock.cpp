#include "transition/clock.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "deployment/warm.h"

namespace tangram::transition {

Clock::Clock(const Ground& ground, const Durations& durations)
    : ground_(ground), durations_(durations), driver_free_(ground.gpus.size()) {
    for (const deployment::WarmModel& one : ground.warm) {
        const bool limited = durations.stays_warm > Duration{};
        if (limited && one.idle > durations.stays_warm) continue;
        warm_until_[{one.place, one.model}] =
            limited ? durations.stays_warm - one.idle : Duration::max();
    }
    for (const Occupant& one : ground.now) {
        if (one.instance.service.valid()) warm_from_[key_of(one.gpu, one.instance.point)] = {};
    }
}

Clock::Key Clock::key_of(GpuIndex gpu, RunPointId point) const {
    return {deployment::place_of(ground_.gpus[gpu]), ground_.points[point].model};
}

bool Clock::is_warm(GpuIndex gpu, RunPointId point, Duration at) const {
    const Key key = key_of(gpu, point);
    const auto ran = warm_from_.find(key);
    if (ran != warm_from_.end() && ran->second <= at) return true;
    const auto recorded = warm_until_.find(key);
    return recorded != warm_until_.end() && at <= recorded->second;
}

Duration Clock::expected(StepKind kind, GpuIndex gpu, RunPointId point, Duration begin) const {
    switch (kind) {
        case StepKind::kAcquire:
            return durations_.acquire;
        case StepKind::kCreate:
            return durations_.create;
        case StepKind::kApply:
            return durations_.apply;
        case StepKind::kRoute:
            return durations_.route;
        case StepKind::kDrain:
            return durations_.drain;
        case StepKind::kStop:
            return durations_.stop;
        case StepKind::kDestroy:
            return durations_.destroy;
        case StepKind::kRelease:
            return durations_.release;
        case StepKind::kStart:
            break;
    }
    const Duration cold = durations_.cold_start_for(ground_.points[point].model);
    return is_warm(gpu, point, begin) ? std::min(durations_.warm_start, cold) : cold;
}

Clock::Span Clock::put(StepKind kind, GpuIndex gpu, RunPointId point, Duration ready) {
    Span span{ready, {}};
    const bool driver =
        kind == StepKind::kCreate || kind == StepKind::kDestroy || kind == StepKind::kApply;
    if (driver) span.begin = std::max(ready, driver_free_[gpu]);
    const bool limited = kind == StepKind::kStart && durations_.starts_per_node > 0;
    std::multiset<Duration>* running =
        limited ? &starting_[deployment::place_of(ground_.gpus[gpu])] : nullptr;
    if (limited && std::ssize(*running) >= durations_.starts_per_node) {
        span.begin = std::max(ready, *running->begin());
        running->erase(running->begin());
    }
    span.end = span.begin + expected(kind, gpu, point, span.begin);
    if (driver) driver_free_[gpu] = span.end;
    if (limited) running->insert(span.end);
    if (kind == StepKind::kStart) {
        const auto [at, is_new] = warm_from_.try_emplace(key_of(gpu, point), span.end);
        at->second = std::min(at->second, span.end);
    }
    return span;
}

}  // namespace tangram::transition
