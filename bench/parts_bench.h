// Google Benchmark over the planner's inner parts.
#pragma once

#include <string>
#include <vector>

namespace tangram::bench {

// `arguments` go to Google Benchmark.
int run_parts_bench(std::vector<std::string> arguments);

}  // namespace tangram::bench
