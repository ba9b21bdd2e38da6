// Steps and arcs in words, for files and people.
#pragma once

#include <string>
#include <string_view>

#include "transition/step_graph.h"
#include "transition/way.h"

namespace tangram::transition {

// As files write them: "create", "slices", "proven-necessary".
[[nodiscard]] std::string_view name(StepKind kind);
[[nodiscard]] std::string_view name(ArcReason reason);
[[nodiscard]] std::string_view name(SpareVerdict verdict);
[[nodiscard]] std::string_view name(Criterion criterion);

// "drain bert on gpu-3 2g.20gb at 4".
[[nodiscard]] std::string described(const StepGraph& graph, const Step& step);
// Why the arc is there: "needs slices 4-7 of gpu-12", "keeps resnet50 above 828 requests/s".
[[nodiscard]] std::string why(const StepGraph& graph, const Arc& arc);
// "service 'bert' lacks a capacity of 12 requests/s".
[[nodiscard]] std::string described(const Obstacle& obstacle);

}  // namespace tangram::transition
