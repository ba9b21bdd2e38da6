// Planning as the commands do it: build the model, plan, put the counts on numbered GPUs, and have
// the independent checker look before anybody sees the plan.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "command.h"
#include "deployment/checker.h"
#include "deployment/deployment.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"
#include "session.h"
#include "staying.h"
#include "workload/problem.h"

namespace tangram::app {

struct PlanSettings {
    std::string planner = "exact";
    std::int64_t seed = 1;
    std::int64_t threads = 1;
    std::int64_t work_budget = 0;  // set by the constructor to the planners' default
    std::optional<Duration> deadline;
    std::optional<std::int64_t> gpus;  // overrides the fleet's count
    bool allow_estimates = false;
    bool serve_what_fits = false;

    PlanSettings();
};

// The option records bound to the settings. `with_planner`: also --planner.
[[nodiscard]] std::vector<Option> planning_options(PlanSettings& settings, bool with_planner);
[[nodiscard]] Option allow_estimates_option(bool& target);

// What came out. `model` points into the problem, which must outlive it.
struct Planned {
    planner::PlanningModel model;
    planner::Outcome outcome;
    std::optional<deployment::Deployment> deployment;  // where the outcome has a plan
    deployment::CheckReport check;                     // of the deployment; without violations

    [[nodiscard]] Exit exit() const;
};

// The problem with its only fleet entry limited to `gpus` GPUs, if given.
[[nodiscard]] Result<void> limit_gpus(workload::Problem& problem,
                                      const std::optional<std::int64_t>& gpus);

// Interrupts end the search with the best plan so far. `staying`: the plan that is closest to what
// runs now; null: any. Errors: those of build_planning_model and of read_current; a plan that the
// checker refuses is kInternal, because it is a fault of ours.
[[nodiscard]] Result<Planned> make_plan(const workload::Problem& problem,
                                        const PlanSettings& settings, const Session& session,
                                        const Staying* staying = nullptr);

}  // namespace tangram::app
