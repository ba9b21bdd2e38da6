// The share of GPUs saved against one whole GPU per instance, on the scenarios and the workload
// shapes of the papers.
#pragma once

namespace tangram::bench {

// Prints Markdown; returns the exit code.
int run_saved_bench(double limit_seconds);

}  // namespace tangram::bench
