// The optimum of tiny planning models by enumeration. Shares no code and no idea with the planners:
// every minimal cover of every demand, every sum of covers that is not dominated, and multisets of
// partitions in order of cost until one holds such a sum.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "planner/planning_model.h"

namespace tangram::test {

struct Enumeration {
    bool complete = false;        // false: too large, nothing is known
    std::optional<Cost> optimum;  // nothing if the caps leave no room
};

// The least cost of any plan; spread is ignored. Exponential: for a handful of demands with a few
// instances each; gives up beyond `effort` steps.
[[nodiscard]] Enumeration brute_force(const planner::PlanningModel& model,
                                      std::size_t effort = 60'000);

// All covers of one demand none of whose instances can be spared; counts by option.
[[nodiscard]] std::vector<std::vector<int>> minimal_covers(const planner::PlanningModel& model,
                                                           planner::ServiceId service);

}  // namespace tangram::test
