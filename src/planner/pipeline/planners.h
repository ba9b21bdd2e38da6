// The planners greedy, tree-search, genetic and pipeline: our re-implementation of the pipeline of
// MIG-serving, put together from its parts. They prove nothing: the bound is 0 and the status
// feasible at best, except where nothing costs anything; infeasible only where one service alone is
// too much for the fleet. Spread is left to the caller.
#pragma once

#include <string_view>

#include "planner/planner.h"

namespace tangram::planner::pipeline {

enum class Method {
    kGreedy,      // one pass
    kTreeSearch,  // Monte Carlo tree search from nothing, passes until none is better
    kGenetic,     // genetic search over deployments made and repaired by tree search
    kPipeline,    // greedy, then the genetic search from there
};
[[nodiscard]] std::string_view name(Method method);

class PipelinePlanner : public Planner {
public:
    explicit PipelinePlanner(Method method) : method_(method) {}

    [[nodiscard]] std::string_view name() const override { return pipeline::name(method_); }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override;

private:
    Method method_;
};

}  // namespace tangram::planner::pipeline
