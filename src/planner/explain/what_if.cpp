#include "planner/explain/what_if.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>

#include "base/nearest.h"

namespace tangram::planner::explain {
namespace {

__extension__ using Wide = __int128;

using workload::Problem;
using workload::Service;

constexpr std::int64_t kLargestRate = 1'000'000'000'000'000;  // 10^12 requests per second

// value x (1 + change); rounded towards plus infinity if `up`, else minus infinity. Empty beyond
// 64 bits.
std::optional<std::int64_t> changed(std::int64_t value, std::int64_t change, bool up) {
    const Wide product = Wide{value} * (Wide{kSharePerOne} + change);
    Wide quotient = product / kSharePerOne;
    const Wide rest = product % kSharePerOne;
    if (rest > 0 && up) ++quotient;
    if (rest < 0 && !up) --quotient;
    if (quotient > std::numeric_limits<std::int64_t>::max() ||
        quotient < std::numeric_limits<std::int64_t>::min()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(quotient);
}

Result<void> change_rate(Service& service, const WhatIf& what_if) {
    const std::optional<std::int64_t> rate =
        what_if.relative ? changed(service.rate.count(), what_if.amount, true) : what_if.amount;
    if (!rate || *rate < 0 || *rate > kLargestRate) {
        return invalid_input(
            fmt::format("leaves service {} without a rate from 0 to 10^12", service.name),
            what_if.text);
    }
    service.rate = Rate{*rate};
    return {};
}

Result<void> change_objective(perf::Objective& objective, const Service& service,
                              const WhatIf& what_if) {
    const std::optional<std::int64_t> max =
        what_if.relative ? changed(objective.max.count(), what_if.amount, false) : what_if.amount;
    if (!max || *max <= 0) {
        return invalid_input(
            fmt::format("leaves service {} without a positive objective", service.name),
            what_if.text);
    }
    objective.max = Duration{*max};
    return {};
}

Result<void> change_slo(const Problem& problem, Service& service, const WhatIf& what_if) {
    if (what_if.metric.empty() && !what_if.relative && service.slo.size() > 1) {
        return invalid_input(
            fmt::format("service {} has {} objectives: name one, as in slo.{}:{}", service.name,
                        service.slo.size(), problem.table->metrics()[service.slo.front().metric],
                        service.name),
            what_if.text);
    }
    bool found = false;
    for (perf::Objective& objective : service.slo) {
        const std::string& metric = problem.table->metrics()[objective.metric];
        if (!what_if.metric.empty() && what_if.metric != metric) continue;
        found = true;
        if (Result<void> done = change_objective(objective, service, what_if); !done) return done;
    }
    if (!found) {
        return invalid_input(fmt::format("service {} has no objective on {}", service.name,
                                         what_if.metric.empty() ? "latency" : what_if.metric),
                             what_if.text);
    }
    return {};
}

Result<void> add_gpus(Problem& problem, const WhatIf& what_if) {
    const Result<gpu::GpuModelId> model = problem.catalogue->find(what_if.service);
    if (!model) return invalid_input(model.error().message, what_if.text);
    if (!problem.nodes.empty()) {
        return invalid_input("the problem names its GPUs one by one under `nodes`", what_if.text);
    }
    for (workload::FleetEntry& entry : problem.fleet) {
        if (entry.model != *model) continue;
        if (!entry.count) {
            return invalid_input("the fleet has as many of these as needed already", what_if.text);
        }
        *entry.count += what_if.amount;
        return {};
    }
    return invalid_input("the fleet has no such GPUs; add them under `gpus` with their cost",
                         what_if.text);
}

Result<void> change(Problem& problem, const WhatIf& what_if) {
    if (what_if.field == WhatIfField::kGpus) return add_gpus(problem, what_if);
    bool found = false;
    for (const workload::ServiceId id : problem.services.ids()) {
        Service& service = problem.services[id];
        if (what_if.service != "*" && what_if.service != service.name) continue;
        found = true;
        Result<void> done = what_if.field == WhatIfField::kRate
                                ? change_rate(service, what_if)
                                : change_slo(problem, service, what_if);
        if (!done) return done;
    }
    if (found) return {};
    std::vector<std::string> names;
    for (const Service& service : problem.services) names.push_back(service.name);
    return invalid_input(
        fmt::format("no service {}{}", what_if.service, nearest_hint(what_if.service, names)),
        what_if.text);
}

}  // namespace

Result<Problem> apply(const Problem& problem, const std::vector<WhatIf>& what_ifs) {
    Problem changed_problem = problem;
    for (const WhatIf& what_if : what_ifs) {
        if (Result<void> done = change(changed_problem, what_if); !done) return done.error();
    }
    return changed_problem;
}

}  // namespace tangram::planner::explain
