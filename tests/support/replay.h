// Carries out a step graph in a random order that its arcs allow, and looks on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deployment/deployment.h"
#include "transition/step_graph.h"

namespace tangram::test {

struct Replay {
    std::vector<std::string> faults;  // steps that could not be carried out
    // Least of any time, by service of the graph.
    IdVector<deployment::ServiceNameId, Rate> lowest;
    std::int64_t gpus_most = 0;
    std::vector<std::string> reached;  // as contents() writes it
};

[[nodiscard]] Replay replay(const deployment::Deployment& current,
                            const transition::StepGraph& graph, std::uint64_t seed);

// One line per instance: GPU, place, service, operating point. In order.
[[nodiscard]] std::vector<std::string> contents(const deployment::Deployment& deployment);

// Below the floor the graph promises (or, of a service that starts below, below what it had).
[[nodiscard]] std::vector<std::string> broken_floors(const transition::StepGraph& graph,
                                                     const Replay& replay);

}  // namespace tangram::test
