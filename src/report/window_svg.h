// A window as a picture: for every GPU its memory slices from top to bottom and time from left to
// right, coloured by tenant; below, each tenant's load against its capacity, and its accuracy.
#pragma once

#include <cstddef>
#include <string>

#include "report/window_chart.h"

namespace tangram::report {

struct WindowSvgLimits {
    std::size_t gpus = 40;
    std::size_t tenants = 40;  // whose load is drawn
};

[[nodiscard]] std::string window_svg(const WindowChart& chart, const WindowSvgLimits& limits = {});

}  // namespace tangram::report
