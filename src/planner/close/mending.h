// From a target whose services are not apart as asked to one where they are, or nearly: instances
// exchange their places or take idle ones, whatever makes up for most per restart.
#pragma once

#include <cstddef>
#include <vector>

#include "planner/close/placed.h"
#include "planner/close/question.h"

namespace tangram::planner::close {

// A place of a target that is not frozen, and who runs there now, if that is known.
struct Slot {
    std::size_t gpu = 0, instance = 0;  // into the target
    InstanceTypeId type;
    ServiceId seat;               // invalid: nobody could stay there
    std::size_t seat_option = 0;  // of the seat, where there is one
};

// Greedy: each change makes up for something and spoils nothing. Where none does it ends, so
// services may lack something still (holdings.h). O(changes x slots x places of a service).
void mend(const Question& question, const std::vector<Slot>& slots, Placed& placed);

}  // namespace tangram::planner::close
