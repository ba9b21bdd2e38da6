// Explanations as JSON, format tangram/explanation version 1 (docs/schema/explanation.schema.json).
// Written only: an explanation is for people and for reports, no command reads it back.
// Prices are decimals of the cost unit, rates requests per second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "planner/explain/explanation.h"
#include "planner/explain/relaxation.h"

namespace tangram::io {

// The figures a what-if compares.
struct PlanFigures {
    planner::Status status = planner::Status::kUnknown;
    std::int64_t gpus = 0;
    Cost cost;
    Cost bound;
};

struct WhatIfFigures {
    std::vector<std::string> changes;  // as they were asked
    PlanFigures before;
    PlanFigures after;
};

// Ends with a newline. O(size of the explanation).
[[nodiscard]] std::string explanation_json(
    const planner::PlanningModel& model, const deployment::Deployment& deployment,
    const planner::explain::Explanation& explanation,
    const std::optional<WhatIfFigures>& what_if = std::nullopt);

// The explanation of a problem in which some services cannot be served at all: no model, no plan.
[[nodiscard]] std::string blockers_json(const workload::Problem& problem,
                                        const std::vector<planner::explain::Blocker>& blockers);

}  // namespace tangram::io
