// Losses paid in advance, for planners that know nothing of them.
#pragma once

#include <memory>

#include "planner/planner.h"
#include "planner/planning_model.h"

namespace tangram::planner {

// A model whose plans are plans of `model`: for every demand that must survive a loss a largest
// type is chosen, the one with which covers are likely to be cheapest; larger ones are dropped and
// the capacity needed is raised by its throughput (cover.h). Each GPU model keeps a type the
// service can use. The same types and partitions; not the same optimum.
[[nodiscard]] PlanningModel losses_prepaid(const PlanningModel& model);

// `planner` on such a model where there are losses to survive. What it proves is then no proof: its
// bound and a verdict of infeasibility are dropped.
[[nodiscard]] std::unique_ptr<Planner> prepaying(std::unique_ptr<Planner> planner);

}  // namespace tangram::planner
