// The genetic search of the paper's pipeline: an individual is a deployment, a gene one whole.
// From reading notes and a patent's text: the gene, crossover by erasing and refilling, crossover
// by merging machines, mutation by exchanging equal machines, rounds until none gains. Ours: how
// many of each, what is erased together, and selection: every line of descent keeps the better of
// parent and child, and after each round the best takes the place of the worst.
#pragma once

#include <cstdint>
#include <functional>

#include "planner/pipeline/rms/task.h"

namespace tangram::planner::pipeline::genetic {

struct Settings {
    std::uint64_t seed = 1;
    int threads = 1;  // never changes the answer
    int population = 4;
    int rounds_without_gain = 10;
    // Called after a round that gained, from the calling thread; may be empty.
    std::function<void(const rms::Fitness& best)> progress;
};

struct Answer {
    rms::Deployment deployment;
    rms::Fitness fitness;
    bool settled = false;  // ended because no round gained any more
    bool stopped = false;  // by the meter's `stop`
};

// `start`, possibly empty, is what every line of descent starts with; what it leaves undone is
// refilled. The meter is charged for all threads; its `stop` is called from all of them.
[[nodiscard]] Answer search(const rms::Problem& problem, const rms::Task& task,
                            const rms::Deployment& start, const rms::MakeRefill& make_refill,
                            const Settings& settings, rms::Meter& meter);

}  // namespace tangram::planner::pipeline::genetic
