// What searches hand each other: tasks, configurations, deployments.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/random.h"
#include "planner/pipeline/rms/meter.h"
#include "planner/pipeline/rms/problem.h"

namespace tangram::planner::pipeline::rms {

// One whole: its machine set and the job of each machine, in the order of the set; invalid: idle.
struct Configuration {
    MachineSetId set;
    std::vector<JobId> jobs;
    friend bool operator==(const Configuration&, const Configuration&) = default;
};

using Deployment = std::vector<Configuration>;

// A part of a problem: what is lacking, by ascending job and open() each, and the wholes to use.
using Needs = std::vector<Need>;
struct Task {
    Needs needs;
    Room room;
};
[[nodiscard]] Task whole_task(const Problem& problem);

// Equal wholes together: what a greedy search makes by the million.
struct Held {
    Configuration configuration;
    std::int64_t count = 1;
};

// The need of `job` among `needs`, if it is there.
[[nodiscard]] Need* find(Needs& needs, JobId job);

// Takes what `count` such wholes do off the needs and the room; drops needs that are met.
void apply(const Problem& problem, const Configuration& configuration, std::int64_t count,
           Task& task);

[[nodiscard]] double worth(const Problem& problem, const Needs& needs);

// Sum over wholes of (share of idle machines)^2 x weight: with equal cost, the deployment whose
// idle machines are together is the better one, because it may soon do without a whole.
[[nodiscard]] double slack(const Problem& problem, const Configuration& configuration);

// The order of answers: less undone, then cheaper, then more slack.
struct Fitness {
    double undone = 0;  // worth of what is lacking
    std::int64_t cost = 0;
    double slack = 0;

    [[nodiscard]] bool complete() const { return undone <= 0; }
    [[nodiscard]] bool better_than(const Fitness& other) const {
        if (undone != other.undone) return undone < other.undone;
        if (cost != other.cost) return cost < other.cost;
        return slack > other.slack;
    }
};

// Wholes for a task, of cost at most `cost_limit` where it can.
struct Refilled {
    Deployment deployment;
    Fitness fitness;
};
using Refill = std::function<Refilled(const Task& task, std::int64_t cost_limit, Random& random,
                                      Meter& meter)>;
// Refills keep what they learn, so every thread of control has one of its own.
using MakeRefill = std::function<Refill(const Problem& problem)>;

}  // namespace tangram::planner::pipeline::rms
