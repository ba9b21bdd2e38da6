#include "planner/model/no_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/amount_text.h"
#include "planner/point_verdicts.h"

namespace tangram::planner::model {
namespace {

using workload::Problem;
using workload::Service;

std::string objectives_text(const Problem& problem, const Service& service) {
    std::vector<std::string> parts;
    for (const perf::Objective& objective : service.slo) {
        std::string part = problem.table->metrics()[objective.metric];
        if (objective.percentile) part += fmt::format(" p{}", *objective.percentile);
        parts.push_back(fmt::format("{} {} ms", part, ms_text(objective.max)));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

bool has(const PointVerdict& verdict, RefusalKind kind) {
    return std::ranges::any_of(verdict.refusals,
                               [&](const Refusal& refusal) { return refusal.kind == kind; });
}

bool refused_only_by(const PointVerdict& verdict, RefusalKind kind) {
    return std::ranges::all_of(verdict.refusals,
                               [&](const Refusal& refusal) { return refusal.kind == kind; });
}

std::string where_text(const Problem& problem, const PointVerdict& verdict) {
    const gpu::GpuModel& model = problem.gpu_model(verdict.entry);
    return fmt::format("{} of {}, {}", model.profiles[verdict.profile].name, model.name,
                       setting_text(problem.table->point(verdict.point)));
}

// No row of the model on a GPU of the fleet: says where there are rows, if anywhere.
std::string not_on_this_fleet(const Problem& problem, const Service& service) {
    const std::string& name = problem.table->models()[service.model];
    std::set<std::string> gpus;
    for (const perf::OperatingPointId id : problem.table->points_of(service.model)) {
        gpus.insert(problem.table->point(id).gpu);
    }
    if (gpus.empty()) return fmt::format("the tables have no measurement of model '{}'", name);
    return fmt::format(
        "the tables have no measurement of model '{}' on a MIG profile of this fleet's GPUs, only "
        "on {}",
        name, fmt::join(gpus, ", "));
}

// The statistic asked for was measured nowhere: says which there are.
std::string not_measured(const Problem& problem, const Service& service,
                         const std::vector<PointVerdict>& verdicts) {
    std::set<std::string> known;
    for (const PointVerdict& verdict : verdicts) {
        for (const perf::Measure& measure : problem.table->point(verdict.point).measures) {
            known.insert(fmt::format("{} ({})", problem.table->metrics()[measure.metric],
                                     measure.statistic));
        }
    }
    return fmt::format(
        "objective {} asks for a statistic the tables do not have for model '{}'; they have {}",
        objectives_text(problem, service), problem.table->models()[service.model],
        known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
}

// The row with the lowest latency among those refused for their latency alone.
const PointVerdict* closest(const Problem& problem, const Service& service,
                            const std::vector<PointVerdict>& verdicts) {
    const PointVerdict* best = nullptr;
    double best_excess = 0;
    for (const PointVerdict& verdict : verdicts) {
        if (!refused_only_by(verdict, RefusalKind::kLatency)) continue;
        double excess = 0;  // the largest share of an objective; only chooses what to print
        for (const perf::Objective& objective : service.slo) {
            const perf::Measure* measure =
                perf::measure_for(problem.table->point(verdict.point), objective);
            excess =
                std::max(excess, static_cast<double>(measure->value.count()) /
                                     std::max(1.0, static_cast<double>(objective.max.count())));
        }
        if (best == nullptr || excess < best_excess) {
            best = &verdict;
            best_excess = excess;
        }
    }
    return best;
}

// Rows that would meet the objectives and are refused for something else, with one example each.
std::string other_refusals(const Problem& problem, const std::vector<PointVerdict>& verdicts) {
    std::map<RefusalKind, std::pair<int, std::string>> kinds;
    for (const PointVerdict& verdict : verdicts) {
        if (has(verdict, RefusalKind::kLatency) || has(verdict, RefusalKind::kNotMeasured))
            continue;
        const Refusal& refusal = verdict.refusals.front();
        auto& [count, example] = kinds[refusal.kind];
        if (count++ == 0) {
            example = fmt::format("{} ({})", refusal.reason, where_text(problem, verdict));
        }
    }
    std::string text;
    for (const auto& [kind, entry] : kinds) {
        text +=
            fmt::format("; {} point{} would meet it but {} refused, e.g. {}", entry.first,
                        entry.first == 1 ? "" : "s", entry.first == 1 ? "is" : "are", entry.second);
    }
    return text;
}

// Estimates that nothing but their being estimates refuses.
std::string estimates_hint(const std::vector<PointVerdict>& verdicts) {
    const auto count = std::ranges::count_if(verdicts, [](const PointVerdict& verdict) {
        return refused_only_by(verdict, RefusalKind::kEstimated);
    });
    if (count == 0) return {};
    return fmt::format("; {} estimated point{} would do with --allow-estimates", count,
                       count == 1 ? "" : "s");
}

std::string latency_too_high(const Problem& problem, const Service& service,
                             const std::vector<PointVerdict>& verdicts) {
    std::string text =
        fmt::format("no operating point of model '{}' meets {} under rule {}",
                    problem.table->models()[service.model], objectives_text(problem, service),
                    perf::name(problem.latency_rule));
    if (const PointVerdict* best = closest(problem, service, verdicts)) {
        const perf::OperatingPoint& point = problem.table->point(best->point);
        std::vector<std::string> latencies;
        for (const perf::Objective& objective : service.slo) {
            latencies.push_back(ms_text(perf::measure_for(point, objective)->value) + " ms");
        }
        text += fmt::format("; the best latency any profile reaches is {} ({}): {}",
                            fmt::join(latencies, ", "), where_text(problem, *best),
                            best->refusals.front().reason);
    }
    return text + other_refusals(problem, verdicts) + estimates_hint(verdicts);
}

}  // namespace

Error no_option_error(const Problem& problem, ServiceId id) {
    const Service& service = problem.services[id];
    const std::vector<PointVerdict> verdicts = judge_points(problem, id);
    const bool unmeasured = std::ranges::all_of(verdicts, [](const PointVerdict& verdict) {
        return has(verdict, RefusalKind::kNotMeasured);
    });
    std::string message = verdicts.empty() ? not_on_this_fleet(problem, service)
                          : unmeasured     ? not_measured(problem, service, verdicts)
                                           : latency_too_high(problem, service, verdicts);
    return invalid_input(std::move(message), fmt::format("service '{}'", service.name));
}

}  // namespace tangram::planner::model
