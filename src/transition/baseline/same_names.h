// A plan made from scratch numbers its GPUs without regard to those that are there.
#pragma once

#include "deployment/deployment.h"

namespace tangram::transition::baseline {

// `target` on the GPUs of `current`: a GPU that holds exactly the same takes that one's id, then
// the others take the ids that are left, in order, of their model; further ones are new. For fleets
// without nodes. O(GPUs^2 x instances).
[[nodiscard]] deployment::Deployment on_the_same_gpus(const deployment::Deployment& current,
                                                      deployment::Deployment target);

}  // namespace tangram::transition::baseline
