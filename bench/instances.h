// The published list of problems (instances/): names, what they are, the best plan and the best
// bound known.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "inputs.h"

namespace tangram::bench {

struct Instance {
    std::string name;
    // Either a family with a seed ...
    std::string family;  // empty: a scenario
    std::size_t services = 0;
    std::uint64_t seed = 0;
    // ... or one of ParvaGPU's scenarios.
    int scenario = 0;
    int scale = 1;
    int processes = 0;
    std::optional<Cost> cost;  // of the best plan known
    Cost bound;                // the best one proven
};

[[nodiscard]] std::filesystem::path instances_path();

// Names are unique, no bound is above a cost, and each entry is one of the two kinds; anything else
// ends the program with its place.
[[nodiscard]] std::vector<Instance> read_instances(const std::filesystem::path& path);
void write_instances(const std::filesystem::path& path, const std::vector<Instance>& instances);

[[nodiscard]] workload::Problem problem_of(const Inputs& inputs, const Instance& instance);

}  // namespace tangram::bench
