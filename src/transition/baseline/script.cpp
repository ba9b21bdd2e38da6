#include "transition/baseline/script.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "transition/baseline/payments.h"
#include "transition/reduction.h"
#include "transition/timing.h"

namespace tangram::transition::baseline {
namespace {

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

}  // namespace

Step step_of(StepKind kind, const Occupant& who, bool temporary) {
    Step step = gpu_step(kind, who.gpu);
    step.profile = who.instance.profile;
    step.start = who.instance.start;
    step.temporary = temporary;
    if (kind != StepKind::kCreate && kind != StepKind::kDestroy) {
        step.service = who.instance.service;
        step.point = who.instance.point;
    }
    return step;
}

Step gpu_step(StepKind kind, GpuIndex gpu) {
    Step step;
    step.kind = kind;
    step.gpu = gpu;
    return step;
}

std::size_t Script::add(Move move) {
    CHECK(!move.steps.empty(), "a move without steps");
    for (const Wait& wait : move.waits) CHECK(wait.move < moves_.size(), "a wait for the future");
    moves_.push_back(std::move(move));
    return moves_.size() - 1;
}

void Script::one_by_one() {
    for (std::size_t i = 1; i < moves_.size(); ++i) {
        moves_[i].waits.push_back({i - 1, ArcReason::kOrder, {}});
    }
}

StepGraph Script::write(const Ground& ground, const Durations& durations, std::string from) const {
    StepGraph graph;
    graph.from = std::move(from);
    graph.models = ground.models;
    graph.services = ground.services;
    graph.points = ground.points;
    graph.gpus = ground.gpus;
    graph.promises = promises_of(ground);
    IdVector<GpuIndex, bool> used(ground.gpus.size(), false);
    for (const Occupant& one : ground.now) used[one.gpu] = true;
    std::vector<StepId> last;
    for (const Move& move : moves_) {
        StepId before;
        for (const Step& step : move.steps) {
            const StepId id = graph.steps.push_back(step);
            if (step.kind == StepKind::kAcquire) used[step.gpu] = true;
            if (before.valid()) {
                graph.arcs.push_back({before, id, ArcReason::kOrder, {}});
            } else {
                for (const Wait& wait : move.waits) {
                    graph.arcs.push_back({last[wait.move], id, wait.reason, wait.service});
                }
            }
            before = id;
        }
        last.push_back(before);
    }
    graph.gpus_at_most = std::ranges::count(used, true);
    put_in_order(ground, durations, graph);
    return graph;
}

}  // namespace tangram::transition::baseline
