// Planners side by side: GPUs, cost, bound, gap, seconds, and what is saved against whole GPUs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "report/text_table.h"

namespace tangram::report {

// `json`: {"format": "tangram/comparison", "version": 1, "plans": [tangram/plan, ...]}, where of
// each plan engine, status, gpus, cost, bound, gap and timing.seconds are read (null or absent: not
// known). One row per plan, in order. "saved" is the share of whole-gpu's cost; blank if there is
// no such plan, and for engines without a plan (a bound saves nothing by itself). A line below
// names the plans that rest on estimates (estimated_instances). Errors: not that format.
[[nodiscard]] Result<std::string> comparison_table(std::string_view json, TableStyle style);

}  // namespace tangram::report
