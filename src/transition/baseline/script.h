// Moves written down in an order in which they could be made, as a step graph in which a move waits
// only for those it says it needs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "transition/durations.h"
#include "transition/ground.h"
#include "transition/step_graph.h"

namespace tangram::transition::baseline {

// That a move has ended.
struct Wait {
    std::size_t move = 0;
    ArcReason reason = ArcReason::kOrder;
    ServiceNameId service;  // of kCapacity
};

// Steps one after another, all of which wait.
struct Move {
    std::vector<Step> steps;  // not empty
    std::vector<Wait> waits;  // for earlier moves
};

class Script {
public:
    // Returns the move's number.
    std::size_t add(Move move);
    [[nodiscard]] Move& move(std::size_t number) { return moves_[number]; }
    // Each move waits for the one before.
    void one_by_one();

    // Steps in the order of a run in which each starts as soon as it may; `gpus_at_most` are all
    // that are used before or acquired. `from`: fingerprint of the current deployment.
    // O(steps x arcs / 64).
    [[nodiscard]] StepGraph write(const Ground& ground, const Durations& durations,
                                  std::string from) const;

private:
    std::vector<Move> moves_;
};

}  // namespace tangram::transition::baseline
