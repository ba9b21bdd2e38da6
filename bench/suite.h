// The suite: every engine on the published instances, judged against the best known values.
#pragma once

#include <string>

#include "instances.h"

namespace tangram::bench {

struct Suite {
    std::string list = instances_path().string();
    std::string only;  // instances whose name contains it
    std::string engines =
        "exact,pipeline,greedy,parvagpu,whole-gpu,compact,lp-bound,priced-bound";  // in this order
    double limit_seconds = 10;  // for each engine on each instance
    bool cp_sat = false;        // also by CP-SAT, if the machine has it
    bool update = false;        // write better plans and bounds into the list
};

// Prints Markdown. Returns 1 if an answer contradicts the list or another answer, or the exact
// planner misses an optimum that was proven before; 2 for unknown engines.
int run_suite(const Suite& suite);

}  // namespace tangram::bench
