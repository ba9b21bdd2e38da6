// What the parts of the checker share: the question, and the report they write to.
#pragma once

#include <string>
#include <utility>

#include "transition/check/check.h"
#include "transition/check/dag.h"

namespace tangram::transition::check_parts {

// Beyond so many, violations are not listed: one would do, and each carries a state.
inline constexpr std::size_t kViolationsMax = 1'000;

struct Context {
    const workload::Problem& problem;
    const deployment::Deployment& current;
    const StepGraph& graph;
    const CheckOptions& options;
    TransitionReport& report;

    void violate(TransitionFault fault, std::string place, std::string message,
                 Interleaving state = {}) const {
        if (report.violations.size() >= kViolationsMax) return;
        report.violations.push_back(
            {fault, std::move(place), std::move(message), std::move(state.steps), state.running});
    }
};

}  // namespace tangram::transition::check_parts
