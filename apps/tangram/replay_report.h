// What policies made of a recorded stretch of time, for a terminal: the frontier as a table, then
// each policy's fewest GPU-hours within a share of unserved requests.
#pragma once

#include <string>

#include "base/quantity.h"
#include "io/replay_file.h"

namespace tangram::app {

// `unserved`: of all requests. Ends with a newline.
[[nodiscard]] std::string replay_report(const io::ReplayReport& report, Share unserved);

}  // namespace tangram::app
