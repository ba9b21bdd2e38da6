// A transition as a picture: for every GPU its memory slices from top to bottom and time from left
// to right; below, each service's capacity over time above its floor.
#pragma once

#include <cstddef>
#include <string>

#include "report/step_chart.h"

namespace tangram::report {

struct StepSvgLimits {
    std::size_t gpus = 60;
    std::size_t services = 40;  // whose capacity changes
};

[[nodiscard]] std::string step_svg(const StepChart& chart, const StepSvgLimits& limits = {});

}  // namespace tangram::report
