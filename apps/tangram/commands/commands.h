// The commands, one file each. A record owns the variables its options set.
#pragma once

#include "command.h"

namespace tangram::app::commands {

[[nodiscard]] Command init();
[[nodiscard]] Command validate();
[[nodiscard]] Command gpus();
[[nodiscard]] Command table_show();
[[nodiscard]] Command table_check();
[[nodiscard]] Command table_estimate();
[[nodiscard]] Command import_parvagpu();
[[nodiscard]] Command import_prometheus();
[[nodiscard]] Command import_trace();
[[nodiscard]] Command generate();
[[nodiscard]] Command plan();
[[nodiscard]] Command check();
[[nodiscard]] Command explain();
[[nodiscard]] Command compare();
[[nodiscard]] Command diff();
[[nodiscard]] Command export_deployment();
[[nodiscard]] Command transition();
[[nodiscard]] Command check_transition();
[[nodiscard]] Command replay();
[[nodiscard]] Command window_plan();
[[nodiscard]] Command window_run();
[[nodiscard]] Command window_compare();
[[nodiscard]] Command window_check();
[[nodiscard]] Command completion();
[[nodiscard]] Command man();

}  // namespace tangram::app::commands
