// Request rates of a problem's services from monitoring.
//
// The series whose label has a service's name are that service's load. At every time at which one
// of them has a sample the samples are added up; of these n sums the smallest is taken that is not
// below a share q of them (the nearest rank: the ceil(q n)-th from below). Exact, in integers; the
// rate is rounded up to the thousandth.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "io/import/prometheus_json.h"
#include "workload/problem.h"

namespace tangram::io {

struct RateImport {
    std::string label = "service";              // holds the service's name
    Share quantile{950'000};                    // more than 0, at most 1
    std::int64_t scale_millionths = 1'000'000;  // multiplies every rate; > 0, at most 10^12
    std::int64_t seconds = 1;                   // samples are requests per so many seconds; > 0
    bool keep_missing = false;                  // a service without samples keeps its rate
};

// Sets the rates of the problem's services and returns warnings: skipped samples, times at which a
// service lacks some of its series, series of no service, services that kept their rate. Fails, and
// leaves the problem as it was, where no series has the label (the error lists those there are),
// where a service has no samples and `keep_missing` is false, and where a rate exceeds 10^12.
// `place` names the file in messages. O(samples log samples).
[[nodiscard]] Result<std::vector<std::string>> fill_rates(const PrometheusAnswer& answer,
                                                          const std::string& place,
                                                          const RateImport& how,
                                                          workload::Problem& problem);

}  // namespace tangram::io
