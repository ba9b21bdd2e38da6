// Questions of the form "what if this service had a fifth more load": a change of a problem, to be
// planned again beside the original.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "workload/problem.h"

namespace tangram::planner::explain {

enum class WhatIfField { kRate, kSlo, kGpus };

struct WhatIf {
    WhatIfField field = WhatIfField::kRate;
    std::string service;  // a service's name, or "*" for all; of kGpus: a GPU model
    std::string metric;   // of kSlo: the objective's metric; empty: every objective
    bool relative = false;
    // Relative: the change in millionths of the present value (+20 % = 200,000). Absolute: the new
    // value, in 1/1000 requests per second (kRate) or nanoseconds (kSlo). Of kGpus: how many are
    // added to the fleet.
    std::int64_t amount = 0;
    std::string text;  // as it was asked, e.g. "rate:bert=+20%"
};

// The problem with the changes made in order. A relative rate is rounded up, a relative objective
// down: never easier than asked. Errors: a service or metric that is not there (with the nearest
// name), a change that leaves no positive objective or a negative or too large rate, an absolute
// objective without a metric for a service that has several, GPUs of a model that the fleet lacks
// or has any number of, or that are named one by one.
[[nodiscard]] Result<workload::Problem> apply(const workload::Problem& problem,
                                              const std::vector<WhatIf>& what_ifs);

}  // namespace tangram::planner::explain
