// Rates of services over time: CSV with the columns time_s, service, rate_rps.
//
//   # format: tangram/rates, version: 1
//   # whatever is worth knowing about where they come from, line by line
//   time_s,service,rate_rps
//   -600,bert,80.5
//   0,bert,84
//
// A rate holds from its time to the next one. Times are whole seconds, ascend, and are equally far
// apart; at each of them every service has one row. Times below 0 are the past: known when a replay
// begins, and not replayed. The first line is as above; lines that begin with # follow it up to the
// header and are notes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "controller/replay.h"
#include "workload/problem.h"

namespace tangram::io {

struct RatesFile {
    std::vector<std::string> notes;  // without "# "
    std::int64_t begin_s = 0;        // of the first step
    std::int64_t step_s = 0;         // > 0
    std::vector<std::string> services;
    std::vector<std::vector<Rate>> rates;  // by service, step; two steps at least
};

// Strict; errors name file and line: another first line, columns that are missing or unknown, no
// number, a negative one, times that do not ascend or are not equally far apart, a service twice or
// missing at some time, fewer than two times, nothing at or after time 0. Rates finer than 1/1000
// are rounded up. O(rows log services).
[[nodiscard]] Result<RatesFile> parse_rates(std::string_view text, const std::string& file);
[[nodiscard]] Result<RatesFile> read_rates(const std::filesystem::path& path);
[[nodiscard]] std::string write_rates(const RatesFile& rates);

// For the services of a problem; the replay begins at time 0. Errors: services that only one of the
// two has; `file` names the rates.
[[nodiscard]] Result<controller::Recording> recording_of(const RatesFile& rates,
                                                         const workload::Problem& problem,
                                                         const std::string& file);

}  // namespace tangram::io
