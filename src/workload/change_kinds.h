// How a day changes a problem: random changes of rates and objectives, by name, for benchmarks and
// tests of transitions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/problem.h"

namespace tangram::workload {

// half       half of the rates, by a factor of 1/2 to 2
// balanced   the same, and what half of them gain the other half loses
// night      all rates fall to 25 to 60 %
// day        the opposite: the given problem is the day, and this is done to what comes before
// points     half of the latency objectives, by a factor of 2/3 to 3/2, so that operating points
//            change under equal rates; as long as some operating point still meets them
// one        one rate, by a factor of 1/2 to 2
[[nodiscard]] std::vector<std::string_view> change_kinds();

// Two problems before and after a change. Same arguments, same result. Errors: an unknown kind.
struct ChangedProblem {
    Problem before;
    Problem after;
};
[[nodiscard]] Result<ChangedProblem> changed(const Problem& problem, std::string_view kind,
                                             std::uint64_t seed);

}  // namespace tangram::workload
