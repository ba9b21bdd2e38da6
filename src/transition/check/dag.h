// The arcs of a step graph as an order. Says whether they are one, and which orders they allow.
// Immutable after construction; thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "transition/step_graph.h"

namespace tangram::transition::check_parts {

// A state: all but the last `running` of the steps have ended, those have only started.
struct Interleaving {
    std::vector<StepId> steps;
    std::size_t running = 0;
};

class Dag {
public:
    // All arcs must be between steps of the graph. O(steps log steps + arcs).
    Dag(std::size_t steps, const std::vector<Arc>& arcs);

    // Steps along arcs from one to the next and back to the first; empty if there is no cycle. What
    // follows is meaningful only then.
    [[nodiscard]] std::vector<StepId> cycle() const;

    // One order that all arcs allow, that of their numbers where it is one; and a step's place in
    // it.
    [[nodiscard]] const std::vector<StepId>& order() const { return order_; }
    [[nodiscard]] std::size_t position(StepId step) const { return position_[step]; }
    [[nodiscard]] std::size_t size() const { return first_.size() - 1; }
    // Those it waits for by arcs of its own.
    [[nodiscard]] std::span<const StepId> before(StepId step) const {
        return {before_.data() + first_[step.index()], before_.data() + first_[step.index() + 1]};
    }

    // The least state in which all of `steps` have started. O(steps + arcs).
    [[nodiscard]] Interleaving started(std::span<const StepId> steps) const;

private:
    void sort();

    std::vector<std::size_t> first_;  // into before_, by step; one more at the end
    std::vector<StepId> before_;
    std::vector<StepId> order_;  // shorter than the steps if there is a cycle
    IdVector<StepId, std::size_t> position_;
};

}  // namespace tangram::transition::check_parts
