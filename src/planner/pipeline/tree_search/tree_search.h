// The slow algorithm of the paper's pipeline: Monte Carlo tree search for the wholes of a task.
//   node    what is still lacking (the completion vector)
//   child   one more whole: about the ten best configurations for five jobs drawn from those that
//           lack something
//   value   -cost of the wholes it takes from the root to the end, seen in a roll-out
//   roll-out  wholes from a pool of configurations that were good for this kind of completion
//           vector: which jobs are open, and which of them nearly done
// From reading notes of the paper. Ours: UCT's formula for the choice of a child (Kocsis and
// Szepesvari 2006), roll-outs of limited length whose rest is estimated by its worth, one whole
// committed at a time where the task is long, and a sample of the jobs where they are many.
#pragma once

#include <cstdint>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::tree_search {

struct Settings {
    int simulations = 16;  // per committed whole; a third of it where jobs are sampled
};

// The result does not depend on anything but the arguments of the calls so far. Not thread-safe.
// `problem` must outlive it.
[[nodiscard]] rms::Refill make_refill(const rms::Problem& problem, const Settings& settings = {});

}  // namespace tangram::planner::pipeline::tree_search
