// Tiny random problems of every shape the planners must handle: geometries that are not MIG's,
// irregular throughputs, profiles a model was not measured on, zero rates, minimum replicas,
// utilisation limits, caps, costs, several kinds of GPU. Same seed, same problem.
#pragma once

#include <cstdint>
#include <string>

#include "workload/problem.h"

namespace tangram::test {

struct RandomShape {
    int services_max = 4;
    int instances_max = 2;  // of its best profile, per service: how large rates are
    int entries_max = 2;    // kinds of GPU in the fleet
    bool caps = true;
    bool real_geometry = false;  // "Seven" and "Four" of SmallProblem only
    bool spread = false;
    bool losses = false;  // some services survive the loss of a GPU or, on half the fleets, a node
};

[[nodiscard]] workload::Problem random_problem(std::uint64_t seed, const RandomShape& shape = {});

// Everything about the problem that matters, for a failing test's message.
[[nodiscard]] std::string describe(const workload::Problem& problem);

}  // namespace tangram::test
