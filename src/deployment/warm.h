// Models that are warm: they ran at a place and have been stopped, and what starting one took (its
// weights, its image) is still near. A place is a node or, without nodes, a GPU: the files of a
// node are near to all of its GPUs.
//
// Part of the observed state (Deployment::warm), ascending by place and model, each once. What runs
// now is warm as well and needs no record.
#pragma once

#include <string>
#include <string_view>

#include "deployment/deployment.h"

namespace tangram::deployment {

// The node or, without nodes, the GPU itself.
[[nodiscard]] const std::string& place_of(const DeployedGpu& gpu);

// The model has just been stopped at the place. O(records).
void note_stopped(Deployment& deployment, std::string_view place, std::string_view model);

// Time goes on for what is recorded. What has been idle for longer than `kept` is forgotten; 0:
// nothing is. O(records).
void let_pass(Deployment& deployment, Duration time, Duration kept);

}  // namespace tangram::deployment
