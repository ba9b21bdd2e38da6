// Drain and rebuild: every GPU that changes is emptied and built anew, all of them at once. Quick,
// and what runs on it is down meanwhile, so its time is never ranked with those of ways that keep
// promises.
#pragma once

#include "base/result.h"
#include "transition/baseline/figures.h"

namespace tangram::transition::baseline {

// Everything on a GPU whose instances or replicas change goes, also what is the same afterwards.
// Errors: those of lay_ground; a current deployment amid a transition, or changed node by node.
[[nodiscard]] Result<BaselineWay> drain_and_rebuild(const workload::Problem& problem,
                                                    const deployment::Deployment& current,
                                                    const deployment::Deployment& target,
                                                    const Durations& durations);

// An error where a baseline cannot start: something is neither serving nor idle.
[[nodiscard]] Result<void> settled(const Ground& ground, const Durations& durations);

}  // namespace tangram::transition::baseline
