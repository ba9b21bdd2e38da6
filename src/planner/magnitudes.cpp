#include "planner/magnitudes.h"

#include <algorithm>

#include "planner/cover.h"

namespace tangram::planner {

bool counts_in_range(const PlanningModel& model) {
    constexpr double kInstancesAtMost = 1e9;  // of one service
    return std::ranges::all_of(model.demands.ids(), [&model](ServiceId s) {
        const Demand& demand = model.demands[s];
        const std::int64_t needed = capacity_at_most(demand, model.options_of(s));
        return demand.min_replicas <= kInstancesAtMost &&
               std::ranges::all_of(model.options_of(s), [needed](const Option& option) {
                   return static_cast<double>(needed) <=
                          kInstancesAtMost * static_cast<double>(option.throughput.count());
               });
    });
}

}  // namespace tangram::planner
