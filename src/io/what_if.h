// The command line's what-if language.
//
//   changes := change { "," change }
//   change  := field ":" service "=" value | "add=" count "x" model
//   field   := "rate" | "slo" | "slo." metric
//   value   := ("+" | "-") percent "%"     relative to the present value
//            | number                      requests/s for a rate, milliseconds for an objective
// A service is a name or "*" for all, e.g. "rate:bert=+20%,slo:vgg16=-10%,rate:*=+5%".
// "add" puts GPUs of a model into the fleet, e.g. "add=2xA100-SXM4-80GB".
// Names may contain "=", ":" and ".", but no comma.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "planner/explain/what_if.h"

namespace tangram::io {

// Exact: rates to 1/1000 request/s, objectives to 1 ns, percents to 1/10,000 %. Errors name the
// change and what was expected; services and metrics are looked up by planner::explain::apply.
[[nodiscard]] Result<std::vector<planner::explain::WhatIf>> parse_what_if(std::string_view text);

}  // namespace tangram::io
