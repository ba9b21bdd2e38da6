// Problems from the scenario files of ParvaGPU (SC'24 artifact): one file of request rates, one of
// latency objectives, without headers; a row is a scenario, the columns are the models of the
// performance table in alphabetical order, N/A means that the scenario lacks the model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/problem_file.h"

namespace tangram::io {

struct ParvaGpuScenario {
    std::filesystem::path rates;                // requests per second
    std::filesystem::path latencies;            // milliseconds
    std::filesystem::path profiles;             // the performance table
    int scenario = 1;                           // row, from 1
    std::int64_t scale_millionths = 1'000'000;  // multiplies every rate; > 0
    int max_processes = 3;
    perf::LatencyRule latency_rule = perf::LatencyRule::kParvaGpu;
    std::string gpu = "A100-SXM4-80GB";
    // Where the problem will be written: its reference to the table is relative to this file's
    // folder; absolute if there is none.
    std::optional<std::filesystem::path> output;
};

// A problem with as many GPUs as needed and one service per model, named after it without the part
// in parentheses. Errors name file, line and column.
[[nodiscard]] Result<ProblemFile> import_parvagpu(const ParvaGpuScenario& scenario,
                                                  const ProblemContext& context);

}  // namespace tangram::io
