#include "transition/baseline/script.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "transition/baseline/payments.h"
#include "transition/timing.h"

namespace tangram::transition::baseline {
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
