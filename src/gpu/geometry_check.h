// Whether the figures of one GPU model can be true: what Catalogue::make asks of each.
#pragma once

#include <string>

#include "base/result.h"
#include "gpu/gpu_model.h"

namespace tangram::gpu {

// `place` is where the model stands: "/gpus/3"; the error's context points below it.
// O(profiles x starts + memory slices x profiles).
[[nodiscard]] Result<void> check_geometry(const GpuModel& model, const std::string& place);

}  // namespace tangram::gpu
