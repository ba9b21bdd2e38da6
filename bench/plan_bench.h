// The table of planners: families x sizes x seeds, and ParvaGPU's scenarios.
#pragma once

#include <string>

namespace tangram::bench {

struct PlanBench {
    int seeds = 20;
    int yardstick_seeds = 10;
    double yardstick_limit_seconds = 300;
    std::string only;
    int threads = 1;
};

// Prints Markdown; returns the exit code.
int run_plan_bench(const PlanBench& options);

}  // namespace tangram::bench
