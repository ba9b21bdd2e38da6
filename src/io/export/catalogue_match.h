// The catalogue's view of a deployment: its GPU models and profiles found, its layouts legal.
#pragma once

#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "gpu/catalogue.h"

namespace tangram::io {

struct MatchedModel {
    const gpu::GpuModel* model = nullptr;  // of the catalogue
    std::vector<gpu::ProfileId> profiles;  // by profile of the deployment's model
};

// By model of the deployment. Fails if the catalogue lacks one of them or a profile, or if the
// instances of a GPU cannot be on it together (apart from rule sets): no tool could create them.
// Refers into the catalogue. O(instances + different layouts).
[[nodiscard]] Result<std::vector<MatchedModel>> match_catalogue(
    const deployment::Deployment& deployment, const gpu::Catalogue& catalogue);

// Whether the instance is to be there once the deployment is carried out.
[[nodiscard]] bool stays(const deployment::Instance& instance);

}  // namespace tangram::io
