// How well and how fast a new plan stays close to a current deployment after some rates changed.
#pragma once

#include <string>

namespace tangram::bench {

struct CloseBench {
    int pairs = 5;     // of deployments, per row
    int seed = 1;      // of the first
    std::string only;  // rows whose name contains this
    int threads = 1;
};

// Prints Markdown; returns the exit code.
int run_close_bench(const CloseBench& options);

}  // namespace tangram::bench
