// Going from one deployment to another: the options that both `transition` and `check-transition`
// take, and the durations of steps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "deployment/deployment.h"
#include "options.h"
#include "transition/durations.h"
#include "workload/problem.h"

namespace tangram::app {

// What is kept: who is who, what may sink, and how far.
struct FloorSettings {
    std::vector<std::string> renames;  // OLD=NEW
    Share margin{};
    std::vector<std::string> dips;      // SERVICE=PERCENT
    std::optional<std::int64_t> spare;  // GPUs
};

[[nodiscard]] Option spare_option(std::optional<std::int64_t>& target);
[[nodiscard]] Option durations_option(std::string& target);
[[nodiscard]] std::vector<Option> floor_options(FloorSettings& settings);

// The dips by service. Errors: a service the problem lacks, a share that is none.
[[nodiscard]] Result<std::map<std::string, Share>> read_dips(const std::vector<std::string>& dips,
                                                             const workload::Problem& problem);

// Gives services of the current deployment the names the problem has for them, so that they stay.
// Errors: a service it lacks, a name it has already.
[[nodiscard]] Result<void> rename_services(const std::vector<std::string>& renames,
                                           deployment::Deployment& current);

// What runs on lost GPUs is gone, whoever says that they are lost.
void mark_lost(const std::vector<std::string>& lost, deployment::Deployment& current);

// A preset by its name, or a file. The error lists the presets.
[[nodiscard]] Result<transition::Durations> load_durations(const std::string& name);

}  // namespace tangram::app
