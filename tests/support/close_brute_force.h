// The least restart from a current deployment by enumeration: every legal layout of every GPU,
// every service or nobody on every place, GPU by GPU. Shares nothing with planner/close but the
// planning model. One kind of GPU; each start costs the profile's compute slices. Losses of GPUs
// are survived where that is asked, those of nodes are ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "planner/planning_model.h"

namespace tangram::test {

struct CloseQuestion {
    const planner::PlanningModel* model = nullptr;
    const deployment::Deployment* current = nullptr;
    std::vector<std::string> frozen_services, frozen_gpus, lost;
    bool spread = false;         // replicas on different GPUs, where asked
    bool whole_layouts = false;  // nobody stays on a GPU that lacks an instance it is to hold
};

struct CloseEnumeration {
    bool complete = false;  // false: too large, nothing is known
    // By number of GPUs: the least restart with at most so many; nothing if there is no plan.
    std::vector<std::optional<std::int64_t>> restarts;
};

[[nodiscard]] CloseEnumeration least_restarts(const CloseQuestion& question, std::size_t gpus_max,
                                              std::size_t effort = 2'000'000);

}  // namespace tangram::test
