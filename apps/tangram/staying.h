// Planning from where the fleet is: the options, and what they name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "deployment/deployment.h"
#include "options.h"
#include "planner/close/current.h"
#include "workload/problem.h"

namespace tangram::app {

struct StaySettings {
    std::string current;  // a deployment or plan; empty: from nowhere
    std::int64_t slack = 0;
    planner::close::Wishes wishes;
};

[[nodiscard]] std::vector<Option> stay_options(StaySettings& settings);

struct Staying {
    deployment::Deployment current;
    std::int64_t slack = 0;
    planner::close::Wishes wishes;
    std::vector<std::string> lost;  // ids, in order
    workload::Problem whole;        // with the lost GPUs: what a deployment is checked against
};

// Reads the current deployment and takes its lost GPUs out of `problem`; nothing without --current.
// Errors: the file's; a GPU nobody knows; an option that means nothing without --current, or with
// another planner than "exact".
[[nodiscard]] Result<std::optional<Staying>> read_staying(const StaySettings& settings,
                                                          const std::string& planner,
                                                          workload::Problem& problem);

}  // namespace tangram::app
