// The planner "exact": the fewest (cheapest) GPUs, with proof.
//
// The priced engine (price/) first; where it leaves a step open and the problem is small, the
// compact model (compact/) as a second formulation looks for a better plan; the outcome says whose
// it is. Bounds are the priced engine's: exact integers, but for the complete search
// (price/proof.h), whose verdict "none" is a MIP solver's over rows of small whole numbers. Caps of
// a fleet with one kind of GPU are compared at the end, so that an infeasible answer comes with the
// proven need. Spread last (spread.h). Every plan is validated in exact integers before it is
// returned.
#pragma once

#include <memory>

#include "planner/planner.h"

namespace tangram::planner {

[[nodiscard]] std::unique_ptr<Planner> make_exact_planner();

}  // namespace tangram::planner
