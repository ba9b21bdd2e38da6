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
#include "options.h"
#include "transition/durations.h"
#include "workload/problem.h"

namespace tangram::app {

// What may sink, and how far.
struct FloorSettings {
    std::optional<Share> margin;
    std::vector<std::string> dips;      // SERVICE=PERCENT
    std::optional<std::int64_t> spare;  // GPUs
};

[[nodiscard]] std::vector<Option> floor_options(FloorSettings& settings);

// The dips by service. Errors: a service the problem lacks, a share that is none.
[[nodiscard]] Result<std::map<std::string, Share>> read_dips(const std::vector<std::string>& dips,
                                                             const workload::Problem& problem);

// A preset by its name, or a file. The error lists the presets.
[[nodiscard]] Result<transition::Durations> load_durations(const std::string& name);

}  // namespace tangram::app
