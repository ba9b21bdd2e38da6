#include "deployment/checker.h"

#include "deployment/check/context.h"

namespace tangram::deployment {

std::string_view name(ViolationKind kind) {
    switch (kind) {
        case ViolationKind::kUnknownName:
            return "unknown-name";
        case ViolationKind::kDuplicateGpu:
            return "duplicate-gpu";
        case ViolationKind::kIllegalLayout:
            return "illegal-layout";
        case ViolationKind::kLatency:
            return "latency";
        case ViolationKind::kMemory:
            return "memory";
        case ViolationKind::kProcesses:
            return "processes";
        case ViolationKind::kNotAllowed:
            return "not-allowed";
        case ViolationKind::kMisstated:
            return "misstated";
        case ViolationKind::kCapacity:
            return "capacity";
        case ViolationKind::kReplicas:
            return "replicas";
        case ViolationKind::kSpread:
            return "spread";
        case ViolationKind::kSurvive:
            return "survive";
        case ViolationKind::kFleet:
            return "fleet";
    }
    return "unknown";
}

CheckReport check(const workload::Problem& problem, const Deployment& deployment) {
    CheckReport report;
    check_parts::Context context(problem, deployment, report);
    check_parts::check_layouts(context);
    const std::vector<Rate> capacities = check_parts::check_instances(context);
    check_parts::check_services(context, capacities);
    check_parts::check_fleet(context);
    return report;
}

}  // namespace tangram::deployment
