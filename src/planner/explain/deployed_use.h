// A deployment seen through a planning model: which of its names are which of the model's ids.
#pragma once

#include <string>
#include <vector>

#include "planner/explain/explanation.h"

namespace tangram::planner::explain {

struct DeployedUse {
    IdVector<ServiceId, std::vector<UsedPoint>> used;     // by type, profile name, point
    IdVector<ServiceId, Rate> capacity;                   // ready and serving, on GPUs that are ok
    IdVector<ServiceId, Rate> most_on_gpu, most_on_node;  // of that capacity
    IdVector<InstanceTypeId, std::int64_t> types;         // instances with a service
    // Distinct GPUs as counts by type, with how many there are and their entry.
    struct Cut {
        FleetEntryId entry;
        std::vector<int> counts;
        std::int64_t gpus = 0;
    };
    std::vector<Cut> cuts;  // by entry, then counts
    std::vector<std::string> notes;
};

// Where two fleet entries share a GPU model, the first stands for both. O(instances log services).
[[nodiscard]] DeployedUse read_use(const PlanningModel& model,
                                   const deployment::Deployment& deployment);

}  // namespace tangram::planner::explain
