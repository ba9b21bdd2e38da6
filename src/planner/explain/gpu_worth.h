// What a GPU model may cost to be worth having, at the prices of the others.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "planner/outcome.h"

namespace tangram::planner::explain {

struct GpuWorth {
    FleetEntryId entry;
    Cost cost;
    Price rent;             // what one more would save beyond its cost, where they are limited
    std::int64_t gpus = 0;  // of the deployment
    // One GPU, cut best and given to the services that would otherwise pay most for that capacity
    // on other models, saves this much: at a higher cost nobody would add one. Absent where no
    // service that can use it could use another model instead.
    std::optional<Price> break_even;
    std::int64_t only_here = 0;  // services that no other model of the fleet can serve
};

// For every entry of the fleet. `gpus`: of the deployment, by entry. Requires prices of the model's
// types. An upper estimate for more than one GPU: the best services have only so much load. O(K M +
// options x K).
[[nodiscard]] std::vector<GpuWorth> gpu_worths(const PlanningModel& model, const Prices& prices,
                                               const IdVector<FleetEntryId, std::int64_t>& gpus);

}  // namespace tangram::planner::explain
