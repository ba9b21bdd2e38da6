// Transitions: our target and way against a proven bound and against what others do, as
// distributions over generated changes, in one run.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tangram::bench {

struct TransitionBench {
    int seeds = 5;  // pairs per kind and size; fewer of more than 48 services
    std::vector<std::size_t> services{8, 24, 60, 200};
    std::string family = "plain";
    std::string only;    // kinds whose name contains this
    int aged = 20;       // changes of one rate that an aged fleet has seen
    bool large = true;   // also 200 services on about 1,000 GPUs
    bool pairs = false;  // a line per pair
};

// Prints Markdown; returns the exit code.
int run_transition_bench(const TransitionBench& options);

}  // namespace tangram::bench
