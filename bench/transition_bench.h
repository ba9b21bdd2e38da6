// Transitions between generated deployments: restarts against their bound, spare GPUs, temporaries,
// time, by kind of change and size.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tangram::bench {

struct TransitionBench {
    int seeds = 5;  // pairs per kind and size
    std::vector<std::size_t> services{8, 24, 60};
    std::string family = "plain";
    std::string only;  // kinds whose name contains this
    std::string durations = "driver";
    bool pairs = false;  // a line per pair
};

// Prints Markdown; returns the exit code.
int run_transition_bench(const TransitionBench& options);

}  // namespace tangram::bench
