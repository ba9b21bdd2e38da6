// What an engine says about an instance, in the terms all engines share: planners, bounds, and
// solvers from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "planner/planning_model.h"

namespace tangram::bench {

struct Answer {
    std::string engine;
    std::optional<Cost> cost;          // of a plan
    std::optional<std::int64_t> gpus;  // of that plan
    std::optional<Cost> bound;         // absent: the engine proves nothing
    bool infeasible = false;           // claims to have proven that there is no plan
    double seconds = 0;
    bool plan_checked = false;        // our own check saw the plan and found no fault
    std::vector<std::string> faults;  // what that check found

    [[nodiscard]] bool proven() const { return cost && bound && *cost == *bound; }
};

// "exact", "pipeline", ... (planner.h), "priced-bound" and "cp-sat".
[[nodiscard]] bool is_engine(std::string_view name);

// Requires is_engine. The clock ends it after about `limit_seconds`.
[[nodiscard]] Answer ask(std::string_view engine, std::string_view instance,
                         const planner::PlanningModel& model, double limit_seconds);

}  // namespace tangram::bench
