// On how many different GPUs (nodes; both "places") a service can be left. A place is empty in a
// state if all that served there from the beginning have started to drain, and of each replica that
// came later the route has not ended or the drain has started. That is no closure: a route there
// that does not wait for the drains there may or may not have ended. So:
//
//   relaxed  A place emptied is a loss that takes all of its first replicas' drains; a place filled
//            again, or for the first time, is a gain that a started step forces if it waits for all
//            that, and for a route of a replica that stays. A closure (closure.h) whose loss is
//            never too small, and exact where every route waits for all drains of its place.
//   branch   Where the state found is not as bad as the closure says, one place for which it is not
//            exact is decided: not empty, or empty in one of the possible ways; then again.
//
// Exact within kBranchesMax closures; beyond that the spread counts as broken, and the message says
// that this is not proven. Source: ours.
#pragma once

#include <cstdint>
#include <vector>

#include "transition/check/conditions.h"

namespace tangram::transition::check_parts {

inline constexpr int kBranchesMax = 4'096;

struct Spread {
    bool kept = true;       // on `floor` places in every state
    bool proven = true;     // false: gave up
    std::int64_t left = 0;  // places in the state below; if `kept` of no meaning
    Interleaving state;
};

// Whether the service stays on at least `floor` places.
[[nodiscard]] Spread spread_of(const ServiceMoves& moves, const Places& places, const Dag& dag,
                               std::int64_t floor);

}  // namespace tangram::transition::check_parts
