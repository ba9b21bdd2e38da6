// A plan made from scratch numbers its GPUs without regard to those that are there.
#pragma once

#include "deployment/deployment.h"

namespace tangram::transition::baseline {

// `target` on the GPUs of `current`: of all pairs of an old and a new GPU of one model, those that
// share most compute slices of running replicas are the same GPU, the next ones then, and so on;
// further ones are new. Greedy, so not always the best assignment. For fleets without nodes.
// O(GPUs^2 x instances).
[[nodiscard]] deployment::Deployment on_the_same_gpus(const deployment::Deployment& current,
                                                      deployment::Deployment target);

}  // namespace tangram::transition::baseline
