// The replay file: what policies made of a recorded stretch of time, as JSON, described by
// docs/schema/replay.schema.json. Written only. The same but for `timing` whenever the inputs are.
#pragma once

#include <string>
#include <vector>

#include "controller/replay.h"

namespace tangram::io {

struct ReplayEntry {
    controller::ReplayOptions options;
    controller::ReplayRun run;
    double seconds = 0;  // timing only
};

// One recording, one problem, one set of durations, several policies.
struct ReplayReport {
    Duration step{};
    std::size_t steps = 0, past_steps = 0, services = 0;
    std::string durations;  // their name
    std::vector<ReplayEntry> entries;
    double seconds = 0;
};

[[nodiscard]] std::string write_replay(const ReplayReport& report);

}  // namespace tangram::io
