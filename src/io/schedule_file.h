// The schedule file: what a window engine answered, by names, with all that carrying it out needs:
// which instance is created when and where, from when on it serves or retrains whom, and when it is
// destroyed. JSON, one line per stint; docs/schema/window-schedule.schema.json describes it.
//
// Goodput and bound are in accurate requests, exact. `schedule` is null where there is none. All
// but `timing` is the same from run to run, unless `reproducible` is false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "window/engine.h"
#include "window/scenario.h"

namespace tangram::io {

// `window`: the scenario's window number `index`, counted from 0, as the engine was asked.
// CHECKs that they have the same tenants. O(stints + tenants x slots).
[[nodiscard]] std::string write_schedule(const window::Scenario& scenario, std::size_t index,
                                         const window::Window& window,
                                         const window::Outcome& outcome);

// A schedule file's content: it stands without the scenario it answers.
struct ScheduleFile {
    struct AccuracyStep {
        int from = 0;  // slot
        Share accuracy;
    };
    struct TenantAccount {
        std::string name;
        std::string model;
        window::Goodput goodput;
        Share served;  // of what was asked, rounded down
        Share floor;
        bool floor_kept = true;
        std::vector<AccuracyStep> accuracy;
        int switching_slots = 0;
        window::Goodput switching_loss;
    };
    struct Stint {
        std::string gpu;
        std::string gpu_model;
        std::string profile;
        int start = 0;  // of the placement, in memory slices
        int size = 0;
        std::string tenant;
        std::string model;  // the tenant's
        window::Use use = window::Use::kServe;
        int from = 0;  // slots, as in window::Stint
        int ready = 0;
        int until = 0;
        std::optional<std::size_t> choice;  // which of the tenant's retrainings
        std::string retraining;             // its name; empty without one
        Share accuracy;                     // after a retraining
        std::optional<std::size_t> running;
    };

    std::string scenario;
    std::size_t index = 0;
    Duration slot{};
    int slots = 0;
    window::Status status = window::Status::kUnknown;
    std::optional<window::Goodput> goodput;
    std::optional<window::Goodput> bound;
    std::string engine;
    std::string stop_reason;
    std::string note;
    std::uint64_t work = 0;
    bool reproducible = true;
    std::vector<std::string> violations;
    std::vector<TenantAccount> tenants;
    std::optional<std::vector<Stint>> stints;
    double seconds = 0;
};

// Strict about form, silent about whether the stints make sense: that is the evaluator's affair.
// Errors say file, JSON pointer, what was found and what was expected. O(size).
[[nodiscard]] Result<ScheduleFile> parse_schedule(std::string_view text, const std::string& file);
[[nodiscard]] Result<ScheduleFile> read_schedule(const std::filesystem::path& path);

// The stints in a window's numbers; what was written comes back as it was. Errors, naming `file`
// and the stint: no schedule, another number or length of slots, names the window does not have, a
// placement that is none, a retraining or running instance it does not have or calls otherwise.
[[nodiscard]] Result<window::Schedule> schedule_of(const ScheduleFile& schedule,
                                                   const window::Window& window,
                                                   const std::string& file);

}  // namespace tangram::io
