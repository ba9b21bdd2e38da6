#include "planner/explain/relaxation.h"

#include <algorithm>
#include <array>

namespace tangram::planner::explain {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kRefusalKinds = static_cast<std::size_t>(RefusalKind::kLatency) + 1;

bool latency_alone(const PointVerdict& verdict) {
    return std::ranges::all_of(verdict.refusals, [](const Refusal& refusal) {
        return refusal.kind == RefusalKind::kLatency;
    });
}

Relaxation relax(const workload::Problem& problem, const workload::Service& service,
                 const PointVerdict& verdict) {
    Relaxation relaxation{verdict, {}};
    const perf::OperatingPoint& point = problem.table->point(verdict.point);
    for (const perf::Objective& objective : service.slo) {
        const perf::Measure* measure = perf::measure_for(point, objective);
        CHECK(measure != nullptr, "an objective that was not measured");
        const Duration needed =
            smallest_objective(problem.latency_rule, measure->value, service.max_wait);
        relaxation.objectives.push_back(
            {objective.metric, objective.max, std::max(needed, objective.max), measure->value});
    }
    return relaxation;
}

// The objective that has to give most, relative to what is asked.
const NeededObjective& hardest(const Relaxation& relaxation) {
    return *std::ranges::max_element(relaxation.objectives, [](const NeededObjective& a,
                                                               const NeededObjective& b) {
        return Wide{a.needed.count()} * b.asked.count() < Wide{b.needed.count()} * a.asked.count();
    });
}

bool gives_less(const Relaxation& a, const Relaxation& b) {
    const NeededObjective& left = hardest(a);
    const NeededObjective& right = hardest(b);
    return Wide{left.needed.count()} * right.asked.count() <
           Wide{right.needed.count()} * left.asked.count();
}

}  // namespace

Duration smallest_objective(perf::LatencyRule rule, Duration latency, Duration max_wait) {
    switch (rule) {
        case perf::LatencyRule::kMean:
            return latency;
        case perf::LatencyRule::kTwoBatches:
            return 2 * latency + max_wait;
        case perf::LatencyRule::kParvaGpu:
            // The smallest whole max with 100 latency < 45 max.
            return Duration{static_cast<std::int64_t>(Wide{latency.count()} * 100 / 45) + 1};
    }
    return latency;
}

std::optional<Blocker> find_blocker(const workload::Problem& problem, ServiceId service) {
    Blocker blocker{service, 0, {}, std::nullopt};
    std::array<std::size_t, kRefusalKinds> touched{};
    for (const PointVerdict& verdict : judge_points(problem, service)) {
        if (verdict.admissible()) return std::nullopt;
        ++blocker.points;
        std::array<bool, kRefusalKinds> seen{};
        for (const Refusal& refusal : verdict.refusals) {
            seen[static_cast<std::size_t>(refusal.kind)] = true;
        }
        for (std::size_t i = 0; i < kRefusalKinds; ++i) touched[i] += std::size_t{seen[i]};
        if (!latency_alone(verdict)) continue;
        Relaxation relaxation = relax(problem, problem.services[service], verdict);
        if (!blocker.relaxation || gives_less(relaxation, *blocker.relaxation)) {
            blocker.relaxation = std::move(relaxation);
        }
    }
    for (std::size_t i = 0; i < kRefusalKinds; ++i) {
        if (touched[i] > 0) blocker.refusals.emplace_back(static_cast<RefusalKind>(i), touched[i]);
    }
    return blocker;
}

std::vector<Blocker> find_blockers(const workload::Problem& problem, std::size_t limit) {
    std::vector<Blocker> blockers;
    for (const ServiceId service : problem.services.ids()) {
        if (blockers.size() >= limit) break;
        if (std::optional<Blocker> blocker = find_blocker(problem, service)) {
            blockers.push_back(*std::move(blocker));
        }
    }
    return blockers;
}

std::string_view name(RefusalKind kind) {
    switch (kind) {
        case RefusalKind::kPrecision:
            return "precision";
        case RefusalKind::kEstimated:
            return "estimated";
        case RefusalKind::kNoThroughput:
            return "no throughput";
        case RefusalKind::kTriedAndFailed:
            return "tried and failed";
        case RefusalKind::kMemory:
            return "memory";
        case RefusalKind::kProcesses:
            return "processes";
        case RefusalKind::kNotAllowed:
            return "not allowed";
        case RefusalKind::kNotMeasured:
            return "not measured";
        case RefusalKind::kLatency:
            return "latency";
    }
    return "unknown";
}

}  // namespace tangram::planner::explain
