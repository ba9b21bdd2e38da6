// Exchange and compact where instances are created and destroyed one by one.
#pragma once

#include "base/result.h"
#include "transition/baseline/script.h"

namespace tangram::transition::baseline {

// Adds extra GPUs to the ground. Errors: a target that serves less than a floor.
[[nodiscard]] Result<Script> exchange_instances(Ground& ground);

}  // namespace tangram::transition::baseline
