// A deployment as a configuration of NVIDIA's mig-parted, which the MIG manager of the GPU operator
// applies: how many instances of each profile a device has. It cannot say where they are, so a
// comment names the GPUs on which mig-parted may place them otherwise.
#pragma once

#include <string>

#include "base/result.h"
#include "deployment/deployment.h"
#include "gpu/catalogue.h"

namespace tangram::io {

// One configuration "tangram", or one per node, named after it; devices with equal counts share an
// entry. Instances that are being destroyed are left out, and GPUs whose status is not ok. Fails if
// the catalogue lacks a GPU model or profile of the deployment, on an illegal layout, if two GPUs
// would be one device, and for GPUs named by UUID or PCI bus id (mig-parted wants indices).
// O(instances + legal layouts of each different cut).
[[nodiscard]] Result<std::string> export_mig_parted(const deployment::Deployment& deployment,
                                                    const gpu::Catalogue& catalogue);

// In how many ways the counts can be placed on an empty GPU of the model: 1 means that whoever
// places them arrives at the same layout. `counts` by ProfileId.
[[nodiscard]] std::size_t count_placements(const gpu::GpuModel& model,
                                           const std::vector<int>& counts);

}  // namespace tangram::io
