// A deployment as a shell script of nvidia-smi commands: every GPU instance at its exact place,
// each with one compute instance of full size.
//
// Syntax (nvidia-smi mig --help, option -cgi): a comma-separated list of profile tuples, each a
// profile's id or name, and behind a colon the first memory slice: `-cgi 9:4,14:0 -C`.
#pragma once

#include <string>

#include "base/result.h"
#include "deployment/deployment.h"
#include "gpu/catalogue.h"

namespace tangram::io {

// The script prints the commands unless given --apply; its header explains. Instances that are
// being destroyed are left out, and GPUs whose status is not ok. Fails if the catalogue lacks a GPU
// model or profile of the deployment, on an illegal layout, and if two GPUs would be one device.
// O(instances + different layouts).
[[nodiscard]] Result<std::string> export_nvidia_smi(const deployment::Deployment& deployment,
                                                    const gpu::Catalogue& catalogue);

}  // namespace tangram::io
