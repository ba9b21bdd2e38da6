#include "transition/clock.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tangram::transition {

Clock::Clock(const Ground& ground, const Durations& durations)
    : ground_(ground), durations_(durations), driver_free_(ground.gpus.size()) {
    for (const Occupant& one : ground.now) {
        if (!one.instance.service.valid()) continue;
        warm_from_[{node_of(one.gpu), ground.points[one.instance.point].model}] = Duration{};
    }
}

const std::string& Clock::node_of(GpuIndex gpu) const {
    const deployment::DeployedGpu& known = ground_.gpus[gpu];
    return known.node.empty() ? known.id : known.node;
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
    const std::string& model = ground_.points[point].model;
    const Duration cold = durations_.cold_start_for(model);
    const auto known = warm_from_.find({node_of(gpu), model});
    const bool warm = known != warm_from_.end() && known->second <= begin;
    return warm ? std::min(durations_.warm_start, cold) : cold;
}

Clock::Span Clock::put(StepKind kind, GpuIndex gpu, RunPointId point, Duration ready) {
    Span span{ready, {}};
    const bool driver =
        kind == StepKind::kCreate || kind == StepKind::kDestroy || kind == StepKind::kApply;
    if (driver) span.begin = std::max(ready, driver_free_[gpu]);
    const bool limited = kind == StepKind::kStart && durations_.starts_per_node > 0;
    std::multiset<Duration>* running = limited ? &starting_[node_of(gpu)] : nullptr;
    if (limited && std::ssize(*running) >= durations_.starts_per_node) {
        span.begin = std::max(ready, *running->begin());
        running->erase(running->begin());
    }
    span.end = span.begin + expected(kind, gpu, point, span.begin);
    if (driver) driver_free_[gpu] = span.end;
    if (limited) running->insert(span.end);
    if (kind == StepKind::kStart) {
        const auto [at, is_new] =
            warm_from_.try_emplace({node_of(gpu), ground_.points[point].model}, span.end);
        at->second = std::min(at->second, span.end);
    }
    return span;
}

}  // namespace tangram::transition
