// Which device of its machine a GPU of a deployment is, as nvidia-smi's option -i takes it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"

namespace tangram::io {

// By GpuIndex. In this order: an id that is a UUID ("GPU-...") or a PCI bus id ("00000000:4F:00.0")
// is the device itself; of an id that ends in a number, as gpu-3 does, the number; except that with
// nodes, where the planner numbers gpu-N over the whole fleet, gpu-N and ids without a number count
// from 0 within their node, in the order of the deployment. Fails if two GPUs of one node (or,
// without nodes, of the deployment) would be the same device.
[[nodiscard]] Result<std::vector<std::string>> device_names(
    const deployment::Deployment& deployment);

// What device_names does, for the headers of exported files; lines start with "# ".
[[nodiscard]] std::string device_rule_comment(bool with_nodes);

[[nodiscard]] bool has_nodes(const deployment::Deployment& deployment);

}  // namespace tangram::io
