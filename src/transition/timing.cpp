#include "transition/timing.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "base/check.h"

namespace tangram::transition {

Timing timing_of(const Ground& ground, const StepGraph& graph, const Durations& durations) {
    const std::size_t steps = graph.steps.size();
    std::vector<std::vector<StepId>> after(steps);
    std::vector<std::size_t> missing(steps, 0);
    for (const Arc& arc : graph.arcs) {
        after[arc.before.index()].push_back(arc.after);
        ++missing[arc.after.index()];
    }
    using Ready = std::tuple<Duration, StepId>;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
    for (const StepId id : graph.steps.ids()) {
        if (missing[id.index()] == 0) ready.emplace(Duration{}, id);
    }
    Clock clock(ground, durations);
    Timing timing;
    timing.spans.resize(steps);
    std::vector<Duration> ready_at(steps);
    while (!ready.empty()) {
        const auto [time, id] = ready.top();
        ready.pop();
        const Step& step = graph.steps[id];
        const Clock::Span span = clock.put(step.kind, step.gpu, step.point, time);
        timing.spans[id.index()] = span;
        timing.order.push_back(id);
        timing.makespan = std::max(timing.makespan, span.end);
        for (const StepId next : after[id.index()]) {
            ready_at[next.index()] = std::max(ready_at[next.index()], span.end);
            if (--missing[next.index()] == 0) ready.emplace(ready_at[next.index()], next);
        }
    }
    CHECK(timing.order.size() == steps, "a step graph with a cycle");
    return timing;
}

}  // namespace tangram::transition
