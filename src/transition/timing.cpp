#include "transition/timing.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "transition/reduction.h"

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

void put_in_order(const Ground& ground, const Durations& durations, StepGraph& graph) {
    const Timing timing = timing_of(ground, graph, durations);
    std::vector<std::size_t> place(graph.steps.size());
    for (std::size_t i = 0; i < place.size(); ++i) place[timing.order[i].index()] = i;
    for (Arc& arc : graph.arcs) {
        arc.before = StepId{place[arc.before.index()]};
        arc.after = StepId{place[arc.after.index()]};
    }
    IdVector<StepId, Step> steps(graph.steps.size());
    for (const StepId id : graph.steps.ids()) {
        Step& step = graph.steps[id];
        const Clock::Span& span = timing.spans[id.index()];
        step.planned = span.begin;
        step.duration = span.end - span.begin;
        steps[StepId{place[id.index()]}] = std::move(step);
    }
    graph.steps = std::move(steps);
    graph.arcs = reduced(std::move(graph.arcs), graph.steps.size());
}

}  // namespace tangram::transition
