// Windows under forecast error: how much goodput planning again and again keeps, and planning once,
// and how long decisions take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "window_scenarios.h"

namespace tangram::bench {

struct RollingBench {
    std::string grid = window_grid_path().string();
    std::string data = TANGRAM_SOURCE_DIR "/../shared/data";  // the folder of measurements
    std::string only;                                         // cells whose name contains this
    std::vector<std::size_t> tenants = {2, 3};                // on one GPU: a table each
    std::size_t cells = 4;    // of each, drawn from the grid; 0: all
    std::uint64_t seeds = 2;  // of what is drawn in forecasts
    std::vector<std::string> engines = {"best", "exact"};
    std::vector<int> every = {5, 20};             // slots between decisions
    std::uint64_t work = 1'000'000'000;           // elementary steps of a decision
    std::uint64_t work_per_slot = 4'000'000'000;  // a decision that took more is late
    std::uint64_t work_once = 10'000'000'000;     // where a window is planned once
    double ilp_seconds = 10;                      // likewise, by the wall clock; 0: without `ilp`
};

// Prints Markdown. All but times and what `ilp` finds is reproducible. Returns 1 if a schedule that
// was carried out breaks a rule, 2 for unknown engines.
int run_rolling_bench(const RollingBench& options);

}  // namespace tangram::bench
