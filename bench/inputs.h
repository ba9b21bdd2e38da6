// The catalogue, the measured table and the problems that the benchmarks run on.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "workload/generator.h"

namespace tangram::bench {

// Ends the program with the error's message.
[[noreturn]] void exit_with(const Error& error);

// A benchmark has nothing to go on with after an error in its input.
template <typename T>
[[nodiscard]] T or_exit(Result<T> result) {
    if (!result) exit_with(result.error());
    return std::move(result).value();
}

struct Inputs {
    std::shared_ptr<const gpu::Catalogue> catalogue;
    std::shared_ptr<const perf::PerformanceTable> table;  // ParvaGPU's, from examples/data
};

// Ends the program with a message if examples/data is not there.
[[nodiscard]] Inputs load_inputs();

// A generated problem of a family (workload/generator.h).
[[nodiscard]] workload::Problem family_problem(const Inputs& inputs, std::string_view family,
                                               std::size_t services, std::uint64_t seed);

// ParvaGPU's scenario 1 to 6 with its rates times `scale`: rule parvagpu, rule set current.
[[nodiscard]] workload::Problem scenario_problem(const Inputs& inputs, int scenario, int scale,
                                                 int max_processes);

}  // namespace tangram::bench
