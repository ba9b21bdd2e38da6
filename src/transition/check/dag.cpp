#include "transition/check/dag.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace tangram::transition::check_parts {
namespace {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

}  // namespace

Dag::Dag(std::size_t steps, const std::vector<Arc>& arcs)
    : first_(steps + 1, 0), before_(arcs.size()), position_(steps, kNowhere) {
    for (const Arc& arc : arcs) ++first_[arc.after.index() + 1];
    for (std::size_t i = 0; i < steps; ++i) first_[i + 1] += first_[i];
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (const Arc& arc : arcs) before_[next[arc.after.index()]++] = arc.before;
    sort();
}

// Kahn (1962), the lowest number first: steps that are listed in an order stay in it.
void Dag::sort() {
    const std::size_t steps = size();
    std::vector<std::size_t> waits(steps, 0);
    std::vector<std::vector<StepId>> after(steps);
    for (std::size_t i = 0; i < steps; ++i) {
        for (const StepId step : before(StepId{i})) {
            after[step.index()].push_back(StepId{i});
            ++waits[i];
        }
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < steps; ++i) {
        if (waits[i] == 0) ready.push(i);
    }
    order_.reserve(steps);
    while (!ready.empty()) {
        const StepId next{ready.top()};
        ready.pop();
        position_[next] = order_.size();
        order_.push_back(next);
        for (const StepId step : after[next.index()]) {
            if (--waits[step.index()] == 0) ready.push(step.index());
        }
    }
}

std::vector<StepId> Dag::cycle() const {
    if (order_.size() == size()) return {};
    // Every step outside the order waits for another one outside: going back must meet itself.
    StepId step;
    for (std::size_t i = 0; i < size() && !step.valid(); ++i) {
        if (position_[StepId{i}] == kNowhere) step = StepId{i};
    }
    std::vector<StepId> path;
    std::vector<bool> seen(size(), false);
    while (!seen[step.index()]) {
        seen[step.index()] = true;
        path.push_back(step);
        step =
            *std::ranges::find_if(before(step), [&](StepId s) { return position_[s] == kNowhere; });
    }
    std::vector<StepId> found(std::ranges::find(path, step), path.end());
    std::ranges::reverse(found);
    return found;
}

Interleaving Dag::started(std::span<const StepId> steps) const {
    std::vector<bool> ended(size(), false);
    std::vector<StepId> waiting(steps.begin(), steps.end());
    while (!waiting.empty()) {
        const StepId step = waiting.back();
        waiting.pop_back();
        for (const StepId earlier : before(step)) {
            if (ended[earlier.index()]) continue;
            ended[earlier.index()] = true;
            waiting.push_back(earlier);
        }
    }
    Interleaving state;
    for (const StepId step : order_) {
        if (ended[step.index()]) state.steps.push_back(step);
    }
    std::vector<StepId> running;
    for (const StepId step : steps) {
        if (!ended[step.index()]) running.push_back(step);
    }
    std::ranges::sort(running);
    running.erase(std::ranges::unique(running).begin(), running.end());
    state.running = running.size();
    state.steps.insert(state.steps.end(), running.begin(), running.end());
    return state;
}

}  // namespace tangram::transition::check_parts
