// Exchange and compact where a GPU's layout is applied as a whole.
#pragma once

#include "base/result.h"
#include "transition/baseline/script.h"

namespace tangram::transition::baseline {

// What changes on a GPU is one unit: all of it where the instances change, else the replicas that
// do. A unit is built on its own GPU where that has drained, else on an extra one, from which it
// moves back when all has been exchanged. Adds extra GPUs to the ground. Errors: a target that
// serves less than a floor.
[[nodiscard]] Result<Script> exchange_whole_gpus(Ground& ground);

}  // namespace tangram::transition::baseline
