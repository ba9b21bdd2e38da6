// Windows: every engine on the grid of measured windows, in one run; how fast they are; and what
// creating instances ahead saves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "window_scenarios.h"

namespace tangram::bench {

struct WindowBench {
    std::string grid = window_grid_path().string();
    std::string data = TANGRAM_SOURCE_DIR "/../shared/data";  // the folder of measurements
    std::vector<std::string> engines;                         // none: all there are
    std::string only;                                         // cells whose name contains this
    std::size_t cells = 24;  // so many, drawn from the grid; 0: all
    double seconds = 5;      // for each engine on each cell
    int seeds = 10;          // windows per row of the speed table; 0: no such table
    std::string speed_engine = "exact";
    double speed_seconds = 10;
};

// Prints Markdown. Returns 1 if an answer contradicts another: a schedule that breaks a rule or is
// not worth what its engine says, one above a bound, `ilp` above ours; 2 for unknown engines.
int run_window_bench(const WindowBench& options);

}  // namespace tangram::bench
