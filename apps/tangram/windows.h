// Planning windows as the commands do it: read the scenario, take one of its windows, run an engine
// and have the independent evaluator look before anybody sees the schedule.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "command.h"
#include "session.h"
#include "window/engine.h"
#include "window/scenario.h"

namespace tangram::app {

struct WindowSettings {
    std::int64_t window = 0;  // of the scenario
    std::int64_t seed;
    std::int64_t work_budget;
    std::int64_t memory_mib;
    std::int64_t threads;
    std::optional<Duration> deadline;

    WindowSettings();
};

[[nodiscard]] Option window_option(std::int64_t& target);
// Seed, work, memory, threads and seconds.
[[nodiscard]] std::vector<Option> engine_options(WindowSettings& settings);
[[nodiscard]] std::vector<std::string> engine_choices();
[[nodiscard]] Option engine_option(std::string& target);

// With the session's catalogue; warnings go to standard error.
[[nodiscard]] Result<window::Scenario> load_scenario(const Session& session,
                                                     const std::string& path);

// Window `number`, from 0, with the rates that will come. The first begins as the scenario says;
// later ones with models that have drifted and were never retrained, and with nothing running.
// Errors: the scenario has no such window.
[[nodiscard]] Result<window::Window> numbered_window(const window::Scenario& scenario,
                                                     std::int64_t number);

// Interrupts end the search with the best schedule so far. Sets the outcome's seconds. Errors:
// those of the engine; a schedule that the evaluator refuses, or finds worth something else, is
// kInternal.
[[nodiscard]] Result<window::Outcome> plan_window(const window::Engine& engine,
                                                  const window::Window& window,
                                                  const WindowSettings& settings,
                                                  const Session& session);

}  // namespace tangram::app
