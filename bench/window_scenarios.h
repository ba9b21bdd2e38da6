// Windows from measured data: the grid's cells (instances/window_grid.csv) as scenarios.
//
// What is combined, because nobody publishes it together:
//   - capacity: ParvaGPU's table, at most 3 processes, twice the mean latency within scenario S2's
//     objective of the model;
//   - retraining, law "ekya": the accuracies and times of Ekya's cities (each a drift sequence, one
//     of its windows is drawn), taken as times on a whole GPU; a light choice (the best within
//     15 s) and a full one (within 60 s). Laws "gentle" and "harsh" are generated:
//     a0 + g (1 - exp(-epochs / tau)), with ranges in the body;
//   - its time on a slice: x speed on the whole GPU / speed on the slice, from MISO's or MIGPerf's
//     training table, of the model closest by; profiles that were not measured are no choice;
//     setting up takes the tenant's switching time on top;
//   - arrivals: "azure-llm": one hour of code completion by the second, a mean over 5 s;
//     "azure-functions": a function's invocations by the minute, interpolated; "servegen": rates by
//     10 minutes, interpolated, times exp of an AR(1) process (0.9 per second, deviation 0.3).
// Load: the mean rate over the window is `load` times what the tenant could serve with its part of
// a static even cut: the largest profile of which all tenants of a GPU can have one (3g for two, 2g
// for three, 1g for four). That cut serves when the window begins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "inputs.h"
#include "window/scenario.h"

namespace tangram::bench {

struct WindowCell {
    std::string name;
    std::size_t gpus = 1;
    std::vector<std::string> models;  // of the tenants
    std::string law;                  // "ekya", "gentle", "harsh"
    std::string trace;                // "azure-llm", "azure-functions", "servegen"
    int load_percent = 0;
    std::uint64_t seed = 0;
    int slots = 200;  // of a second
};

[[nodiscard]] std::filesystem::path window_grid_path();
// Ends the program with the place of anything unknown.
[[nodiscard]] std::vector<WindowCell> read_window_grid(const std::filesystem::path& path);
// `count` of them, drawn with a fixed seed, in their order; all with 0.
[[nodiscard]] std::vector<WindowCell> drawn_cells(const std::vector<WindowCell>& cells,
                                                  std::size_t count);

// The six models.
[[nodiscard]] std::vector<std::string> window_models();

class WindowScenarios {
public:
    // `data`: the folder of measurements; ends the program if a file is missing.
    explicit WindowScenarios(const std::filesystem::path& data);

    // The same for the same cell. Its first window is valid.
    [[nodiscard]] window::Scenario make(const WindowCell& cell) const;

    using Row = std::map<std::string, std::string>;

private:
    // Of the past and the window, by the second; only its form matters.
    [[nodiscard]] std::vector<double> shape(std::string_view trace, std::size_t seconds,
                                            Random& random) const;
    [[nodiscard]] window::ScenarioTenant tenant(const WindowCell& cell, std::size_t index,
                                                const gpu::GpuModel& gpu, Random& random) const;

    Inputs inputs_;
    std::vector<Row> gains_;  // Ekya's
    std::map<std::string, std::vector<Row>> training_;
    std::vector<double> llm_;                     // requests per second
    std::vector<std::vector<double>> functions_;  // by function, minute
    std::vector<double> servegen_;                // by 10 minutes
};

}  // namespace tangram::bench
