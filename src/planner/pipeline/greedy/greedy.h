// The fast algorithm of the paper's pipeline: from completion 0 the best configuration is taken
// again and again (configure.h has the score) until everything is done. At most two jobs share a
// whole, besides nearly done ones.
//
// Ours: heaps of the jobs by gain, one per machine type, give each step a short list of jobs; a
// configuration is taken many times at once while that covers a small part of what its jobs lack.
// About O(wholes (types log jobs + sets x machines)), and logarithmic in needs of many wholes.
#pragma once

#include <vector>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::greedy {

struct Answer {
    std::vector<rms::Held> held;
    rms::Task rest;  // what is left to do, and with what; no needs: done
};

// Stops where the room or the meter ends.
[[nodiscard]] Answer search(const rms::Problem& problem, const rms::Task& task, rms::Meter& meter);

}  // namespace tangram::planner::pipeline::greedy
