#include "planner/point_verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/amount_text.h"
#include "planner/model/point_rules.h"

namespace tangram::planner {
namespace {

std::string processes_text(int processes) {
    return fmt::format("{} process{}", processes, processes == 1 ? "" : "es");
}

std::string statistic_text(const std::optional<int>& percentile) {
    if (!percentile) return "mean";
    return *percentile > 99 ? fmt::format("p{}", decimal_text(*percentile, 1))
                            : fmt::format("p{}", *percentile);
}

// 2 latency + wait, or the longest duration where that is too long for a number.
Duration two_batches(Duration latency, Duration max_wait) {
    constexpr Duration kLong = Duration::max() / 4;
    return latency > kLong || max_wait > kLong ? Duration::max() : 2 * latency + max_wait;
}

bool allows(const workload::Service& service, const gpu::GpuModel& model, gpu::ProfileId profile) {
    return service.allow_profiles.empty() ||
           std::ranges::any_of(service.allow_profiles, [&](const std::string& name) {
               return model.find_profile(name) == profile;
           });
}

class Judge {
public:
    Judge(const workload::Problem& problem, const workload::Service& service)
        : problem_(problem), service_(service) {}

    PointVerdict judge(perf::OperatingPointId id, const model::PointPlace& place,
                       FleetEntryId entry) {
        PointVerdict verdict{id, entry, place.profile, false, {}, {}};
        refusals_ = &verdict.refusals;
        const perf::OperatingPoint& point = problem_.table->point(id);
        judge_row(point, place);
        judge_service_limits(point, place);
        for (const perf::Objective& objective : service_.slo) judge_latency(point, objective);
        return verdict;
    }

private:
    void refuse(RefusalKind kind, std::string reason) {
        refusals_->push_back({kind, std::move(reason)});
    }

    void judge_row(const perf::OperatingPoint& point, const model::PointPlace& place) {
        if (point.estimated && !problem_.allow_estimates) {
            refuse(RefusalKind::kEstimated, "an estimate, and estimates are not allowed");
        }
        if (point.throughput.count() <= 0) {
            refuse(RefusalKind::kNoThroughput, "no throughput was measured");
        }
        if (place.tried_and_failed) {
            refuse(RefusalKind::kTriedAndFailed, "listed as a combination that does not run");
        }
        const gpu::MigProfile& profile =
            problem_.catalogue->model(place.gpu).profiles[place.profile];
        if (model::too_large(point, profile)) {
            refuse(RefusalKind::kMemory,
                   fmt::format("needs {} MiB, {} has {}", point.memory->count(), profile.name,
                               profile.memory->count()));
        }
    }

    void judge_service_limits(const perf::OperatingPoint& point, const model::PointPlace& place) {
        if (!service_.precision.empty() && point.precision != service_.precision) {
            refuse(RefusalKind::kPrecision, fmt::format("measured in '{}', asked for '{}'",
                                                        point.precision, service_.precision));
        }
        if (point.processes > service_.max_processes) {
            refuse(RefusalKind::kProcesses,
                   fmt::format("{} > {} allowed", processes_text(point.processes),
                               service_.max_processes));
        }
        const gpu::GpuModel& gpu = problem_.catalogue->model(place.gpu);
        if (!allows(service_, gpu, place.profile)) {
            refuse(RefusalKind::kNotAllowed,
                   fmt::format("profile {} is not among those allowed: {}",
                               gpu.profiles[place.profile].name,
                               fmt::join(service_.allow_profiles, ", ")));
        }
        if (!service_.allow_gpus.empty() &&
            std::ranges::find(service_.allow_gpus, place.gpu) == service_.allow_gpus.end()) {
            refuse(RefusalKind::kNotAllowed,
                   fmt::format("GPU model {} is not among those allowed", gpu.name));
        }
    }

    void judge_latency(const perf::OperatingPoint& point, const perf::Objective& objective) {
        const perf::Measure* measure = perf::measure_for(point, objective);
        const std::string& metric = problem_.table->metrics()[objective.metric];
        if (measure == nullptr) {
            refuse(RefusalKind::kNotMeasured,
                   fmt::format("{} of {} was not measured", statistic_text(objective.percentile),
                               metric));
            return;
        }
        if (perf::admissible(problem_.latency_rule, measure->value, service_.max_wait,
                             objective.max)) {
            return;
        }
        std::string reason = latency_in_numbers(problem_.latency_rule, measure->value,
                                                service_.max_wait, objective.max);
        if (service_.slo.size() > 1) reason = fmt::format("{}: {}", metric, reason);
        refuse(RefusalKind::kLatency, std::move(reason));
    }

    const workload::Problem& problem_;
    const workload::Service& service_;
    std::vector<Refusal>* refusals_ = nullptr;
};

std::string compared_with(const perf::OperatingPoint& point, const perf::OperatingPoint& chosen) {
    if (point.estimated && !chosen.estimated) {
        return fmt::format("an estimate; {} was measured", setting_text(chosen));
    }
    if (point.throughput != chosen.throughput) {
        return fmt::format("{} < {} requests/s of {}", rps_text(point.throughput),
                           rps_text(chosen.throughput), setting_text(chosen));
    }
    const char* why = point.batch != chosen.batch           ? "has the smaller batch"
                      : point.processes != chosen.processes ? "needs fewer processes"
                                                            : "comes first in the table";
    return fmt::format("{} requests/s like {}, which {}", rps_text(point.throughput),
                       setting_text(chosen), why);
}

// Marks the best of the verdicts [begin, end) of one profile.
void choose(const perf::PerformanceTable& table, std::vector<PointVerdict>::iterator begin,
            std::vector<PointVerdict>::iterator end) {
    auto best = end;
    for (auto it = begin; it != end; ++it) {
        if (!it->admissible()) continue;
        if (best == end || model::preferred(table, it->point, best->point)) best = it;
    }
    if (best == end) return;
    best->chosen = true;
    for (auto it = begin; it != end; ++it) {
        if (it == best || !it->admissible()) continue;
        it->why_not_chosen = compared_with(table.point(it->point), table.point(best->point));
    }
}

}  // namespace

std::string setting_text(const perf::OperatingPoint& point) {
    return fmt::format("batch {}, {}", point.batch, processes_text(point.processes));
}

std::string latency_in_numbers(perf::LatencyRule rule, Duration latency, Duration max_wait,
                               Duration max) {
    const bool admitted = perf::admissible(rule, latency, max_wait, max);
    switch (rule) {
        case perf::LatencyRule::kMean:
            return fmt::format("{} ms {} {} ms", ms_text(latency), admitted ? "<=" : ">",
                               ms_text(max));
        case perf::LatencyRule::kTwoBatches:
            return fmt::format("2 x {} ms + {} ms wait = {} ms {} {} ms", ms_text(latency),
                               ms_text(max_wait), ms_text(two_batches(latency, max_wait)),
                               admitted ? "<=" : ">", ms_text(max));
        case perf::LatencyRule::kParvaGpu:
            return fmt::format("{} ms {} 0.45 x {} ms", ms_text(latency),
                               admitted ? "<" : ">=", ms_text(max));
    }
    return {};
}

std::vector<PointVerdict> judge_points(const workload::Problem& problem, ServiceId service) {
    model::PointResolver resolver(problem);
    Judge judge(problem, problem.services[service]);
    std::vector<PointVerdict> verdicts;
    for (const perf::OperatingPointId id :
         problem.table->points_of(problem.services[service].model)) {
        const model::PointPlace place = resolver.resolve(problem.table->point(id));
        if (!place.known()) continue;
        for (const FleetEntryId entry : problem.fleet.ids()) {
            if (problem.fleet[entry].model == place.gpu) {
                verdicts.push_back(judge.judge(id, place, entry));
            }
        }
    }
    const auto place_of = [](const PointVerdict& v) { return std::tuple(v.entry, v.profile); };
    std::ranges::stable_sort(verdicts, {}, place_of);
    for (auto begin = verdicts.begin(); begin != verdicts.end();) {
        const auto end = std::find_if(begin, verdicts.end(), [&](const PointVerdict& v) {
            return place_of(v) != place_of(*begin);
        });
        choose(*problem.table, begin, end);
        begin = end;
    }
    return verdicts;
}

}  // namespace tangram::planner
