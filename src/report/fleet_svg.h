// The fleet as a picture: every GPU as a bar of its memory slices in true proportion, instances in
// the colour of their service, equal GPUs folded into one with a count, every service's capacity
// against its rate, and the words that go with it. 1,200 pixels wide; the height follows.
#pragma once

#include <string>

#include "report/selection.h"

namespace tangram::report {

struct SvgOptions {
    // What is beyond the limits is counted in words, not drawn.
    Limits limits{.layouts = 240, .services = 600};
};

// The same fleet gives the same bytes. O(groups + services log services); the picture's size is
// limited by the options.
[[nodiscard]] std::string fleet_svg(const Fleet& fleet, const SvgOptions& options = {});

}  // namespace tangram::report
