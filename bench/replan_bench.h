// How long a new plan takes after one service's rate changed: the exact planner, from scratch.
#pragma once

#include <cstddef>

namespace tangram::bench {

struct ReplanBench {
    int changes = 300;  // of each family, spread over the seeds
    int seeds = 5;
    std::size_t services = 1'000;
    int threads = 1;
};

// Prints Markdown; returns the exit code.
int run_replan_bench(const ReplanBench& options);

}  // namespace tangram::bench
