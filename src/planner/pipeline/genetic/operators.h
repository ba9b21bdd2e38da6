// How deployments change.
#pragma once

#include <optional>
#include <string_view>

#include "planner/pipeline/genetic/individual.h"

namespace tangram::planner::pipeline::genetic {

// What makes a child of a deployment.
enum class Crossover {
    kEraseAndRefill,  // some wholes are erased and refilled by the injected search (the paper's)
    kMergeInstances,  // machines of one job on one whole become one larger machine; what that
                      // leaves undone or idle is settled by erase-and-refill (the patent's text)
};
inline constexpr Crossover kCrossovers[] = {Crossover::kEraseAndRefill, Crossover::kMergeInstances};
// "erase-and-refill", "merge-instances".
[[nodiscard]] std::string_view name(Crossover crossover);

// Makes a child in place; taken back where it is worse. True if it stayed.
bool cross(Crossover crossover, const rms::Problem& problem, const rms::Refill& refill,
           Individual& individual, Random& random, rms::Meter& meter);

// The whole after two or more of its machines that run one job were replaced by one larger
// machine, every other job keeping machines of its types; nothing if it has none such, or no set
// holds the result. Draws where there are several.
[[nodiscard]] std::optional<rms::Configuration> merge_machines(const rms::Problem& problem,
                                                               const rms::Configuration& whole,
                                                               Random& random);

// Exchanges the jobs of two equal machines of different wholes: no job notices, but wholes that are
// erased together later hold other jobs. Not done where it would scatter idle machines. True if
// done.
bool mutate(const rms::Problem& problem, Individual& individual, Random& random);

}  // namespace tangram::planner::pipeline::genetic
