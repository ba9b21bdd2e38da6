// The transition file: a step graph with what was found out about it. JSON, one line per step and
// arc. `ground` lists, as a deployment without instances, the GPUs, services, profiles and
// operating points the steps refer to; `target` is the deployment reached. Where no way was found
// there is no graph, and `obstacles` say why.
//
// What is read is the graph alone: bounds and verdicts are not needed to carry it out or to check
// it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/object_reader.h"
#include "transition/step_graph.h"
#include "transition/way.h"

namespace tangram::io {

// `target`: the planner's outcome where target and way were chosen together, else null.
[[nodiscard]] std::string write_transition(const transition::Way& way,
                                           const transition::WayOptions& options,
                                           const planner::Outcome* target);

// Strict about form and names, silent about whether the steps make sense: that is the checker's
// affair. Errors: form, unknown names, a transition without a graph. O(size).
[[nodiscard]] Result<transition::StepGraph> parse_transition(std::string_view text,
                                                             const std::string& file);
[[nodiscard]] Result<transition::StepGraph> read_transition(const std::filesystem::path& path);

}  // namespace tangram::io
