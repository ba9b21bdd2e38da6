// Exchange and compact where instances are created and destroyed one by one.
#pragma once

#include "base/result.h"
#include "transition/baseline/script.h"

namespace tangram::transition::baseline {

// Adds extra GPUs to the ground; `roomy`: rather than use free slices of others (Room). Errors: a
// target that serves less than a floor.
[[nodiscard]] Result<Script> exchange_instances(Ground& ground, bool roomy);

}  // namespace tangram::transition::baseline
