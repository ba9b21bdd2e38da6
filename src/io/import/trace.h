// Published traces of request rates, mapped to the services of a problem.
//
//   servegen         CSV service, client_chunk, t_s, requests_per_s, ...: windows of 600 s without
//                    requests are not listed (rates of clients, derived from ServeGen)
//   azure-functions  CSV with a column per minute of the day (..., 480, 481, ...) that counts the
//                    invocations of one function per row (Azure Functions 2019)
//
// The mapping: sources (clients, functions) that are busy in enough of the steps are ranked by what
// they asked for from `begin` on, ties by name; the i-th becomes the i-th service of the problem,
// multiplied so that its mean from `begin` on is that service's rate. The shape is the trace's, the
// size the problem's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/rates_file.h"
#include "workload/problem.h"

namespace tangram::io {

struct TraceSource {
    std::string name;
    std::vector<std::int64_t> amounts;  // by step, in the source's own unit
};

struct Trace {
    std::int64_t begin_s = 0;
    std::int64_t step_s = 0;
    std::vector<TraceSource> sources;  // by name; all have equally many steps
};

// Errors name file and line: a missing column, no number, a negative one.
[[nodiscard]] Result<Trace> read_servegen(std::string_view text, const std::string& file);
[[nodiscard]] Result<Trace> read_azure_functions(std::string_view text, const std::string& file);

struct TraceMapping {
    std::int64_t begin_s = 0;   // in the trace's time: becomes time 0
    std::int64_t length_s = 0;  // > 0
    std::int64_t past_s = 0;    // before `begin_s`
    Share busy{500'000};        // of the steps in which a source must ask for something
};

// Errors: a time outside the trace, fewer such sources than the problem has services. The notes say
// what was done and which source each service is. `file` names the trace in notes and errors.
[[nodiscard]] Result<RatesFile> map_trace(const Trace& trace, const workload::Problem& problem,
                                          const TraceMapping& how, const std::string& file);

}  // namespace tangram::io
