// Does each instance run what the tables measured, within what its service allows?
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/amount_text.h"
#include "deployment/check/context.h"
#include "deployment/check/row_index.h"

namespace tangram::deployment::check_parts {
namespace {

// The measure an objective speaks about: of a percentile, the statistic of that name; otherwise the
// mean, of requests rather than of steps where both are there.
const perf::Measure* measured(const perf::OperatingPoint& point, const perf::Objective& objective) {
    const auto find = [&](std::string_view statistic) -> const perf::Measure* {
        const auto it = std::ranges::find_if(point.measures, [&](const perf::Measure& measure) {
            return measure.metric == objective.metric && measure.statistic == statistic;
        });
        return it == point.measures.end() ? nullptr : &*it;
    };
    if (objective.percentile) return find(fmt::format("p{}", *objective.percentile));
    const perf::Measure* mean = find("mean");
    return mean != nullptr ? mean : find("mean_step");
}

// What the rule compares: left side and right side, scaled to whole numbers of nanoseconds.
std::pair<Wide, Wide> rule_sides(perf::LatencyRule rule, Duration latency, Duration wait,
                                 Duration max) {
    switch (rule) {
        case perf::LatencyRule::kMean:
            return {latency.count(), max.count()};
        case perf::LatencyRule::kTwoBatches:
            return {2 * Wide{latency.count()} + wait.count(), max.count()};
        // latency < 0.45 max, so 100 latency + 1 <= 45 max in whole numbers.
        case perf::LatencyRule::kParvaGpu:
            return {100 * Wide{latency.count()} + 1, 45 * Wide{max.count()}};
    }
    return {1, 0};
}

class InstanceCheck {
public:
    explicit InstanceCheck(Context& context)
        : context_(context),
          problem_(context.problem()),
          index_(context.problem()),
          rows_(context.deployment().points.size()) {}

    Rate check(const DeployedGpu& gpu, const Instance& instance) {
        gpu_ = &gpu;
        instance_ = &instance;
        if (!instance.service.valid()) return Rate{};
        if (instance.service.index() >= context_.deployment().services.size()) {
            violate(ViolationKind::kUnknownName, "runs a service the deployment does not list");
            return Rate{};
        }
        if (!instance.point.valid() ||
            instance.point.index() >= context_.deployment().points.size()) {
            violate(ViolationKind::kUnknownName, "has a service but no operating point");
            return Rate{};
        }
        const gpu::ProfileId profile = context_.profile_id_of(gpu, instance);
        if (!profile.valid()) return Rate{};
        const RunPoint& run = context_.deployment().points[instance.point];
        const Row row = find_row(profile);
        if (!row.point.valid()) {
            violate(ViolationKind::kUnknownName,
                    fmt::format("the tables have no {} with batch {} and {} processes on {}{}",
                                run.model, run.batch, run.processes,
                                context_.model_of(gpu)->profiles[profile].name,
                                run.precision.empty() ? "" : " in " + run.precision));
            return Rate{};
        }
        const perf::OperatingPoint& point = problem_.table->point(row.point);
        if (point.estimated) ++estimates_;
        check_memory(point, context_.model_of(gpu)->profiles[profile], row);
        check_statements(run, point, context_.model_of(gpu)->profiles[profile]);
        const workload::ServiceId service = context_.service_of(instance);
        if (!service.valid()) return point.throughput;
        if (point.model != problem_.services[service].model) {
            violate(ViolationKind::kUnknownName,
                    fmt::format("runs model {}, service {} is {}", run.model,
                                problem_.services[service].name,
                                problem_.table->models()[problem_.services[service].model]));
            return Rate{};
        }
        check_service_limits(problem_.services[service], run, point, profile);
        for (const perf::Objective& objective : problem_.services[service].slo) {
            check_latency(objective, run, point);
        }
        return point.throughput;
    }

    void note_estimates() {
        if (estimates_ == 0) return;
        context_.note(fmt::format("{} instance{} on estimated performance", estimates_,
                                  estimates_ == 1 ? " rests" : "s rest"));
    }

    void note_unknown_memory() {
        for (const auto& [model, count] : memory_unknown_) {
            context_.note(fmt::format("memory unknown for {}: {} instance{}", model, count,
                                      count == 1 ? "" : "s"));
        }
    }

private:
    void violate(ViolationKind kind, std::string message) {
        context_.violate(kind, Context::place_of(*gpu_, *instance_), std::move(message));
    }

    // Looked up once per run point, GPU model and profile.
    Row find_row(gpu::ProfileId profile) {
        const gpu::GpuModelId gpu = context_.model_id_of(*gpu_);
        for (const auto& [where, row] : rows_[instance_->point.index()]) {
            if (where == std::pair(gpu, profile)) return row;
        }
        const RunPoint& run = context_.deployment().points[instance_->point];
        const Row row = index_.find(run, gpu, profile);
        rows_[instance_->point.index()].emplace_back(std::pair(gpu, profile), row);
        return row;
    }

    void check_memory(const perf::OperatingPoint& point, const gpu::MigProfile& profile,
                      const Row& row) {
        if (row.fails) {
            violate(ViolationKind::kMemory, "the tables list this combination as one that fails");
        }
        if (!point.memory || !profile.memory) {
            ++memory_unknown_[problem_.table->models()[point.model]];
        } else if (*point.memory > *profile.memory) {
            violate(ViolationKind::kMemory,
                    fmt::format("needs {} MiB, {} has {}", point.memory->count(), profile.name,
                                profile.memory->count()));
        }
    }

    void check_statements(const RunPoint& run, const perf::OperatingPoint& point,
                          const gpu::MigProfile& profile) {
        if (run.throughput != point.throughput) {
            violate(ViolationKind::kMisstated,
                    fmt::format("states {} requests/s, the table has {}", rps_text(run.throughput),
                                rps_text(point.throughput)));
        }
        const perf::MetricId metric = problem_.table->find_metric(run.metric);
        if (!has_measure(point, metric, run.latency)) {
            violate(ViolationKind::kMisstated,
                    fmt::format("states {} {} ms, which is not in the table", run.metric,
                                ms_text(run.latency)));
        }
        if (run.estimated != point.estimated) {
            violate(ViolationKind::kMisstated, run.estimated ? "stated as an estimate, measured"
                                                             : "stated as measured, an estimate");
        }
        if (run.memory_known && !(point.memory && profile.memory)) {
            violate(ViolationKind::kMisstated, "states that its memory is known");
        }
    }

    void check_service_limits(const workload::Service& service, const RunPoint& run,
                              const perf::OperatingPoint& point, gpu::ProfileId profile) {
        if (point.estimated && !problem_.allow_estimates) {
            violate(ViolationKind::kNotAllowed,
                    "the operating point is an estimate, and estimates are not allowed");
        }
        if (point.processes > service.max_processes) {
            violate(ViolationKind::kProcesses,
                    fmt::format("{} processes, service {} allows {}", point.processes, service.name,
                                service.max_processes));
        }
        if (!service.precision.empty() && point.precision != service.precision) {
            violate(ViolationKind::kNotAllowed,
                    fmt::format("precision {}, service {} asks for {}", point.precision,
                                service.name, service.precision));
        }
        if (run.max_wait > service.max_wait) {
            violate(ViolationKind::kLatency,
                    fmt::format("a batch may wait {} ms, service {} allows {} ms",
                                ms_text(run.max_wait), service.name, ms_text(service.max_wait)));
        }
        check_allowed(service, profile);
    }

    void check_allowed(const workload::Service& service, gpu::ProfileId profile) {
        const gpu::GpuModelId id = context_.model_id_of(*gpu_);
        const gpu::GpuModel& model = problem_.catalogue->model(id);
        if (!service.allow_gpus.empty() &&
            std::ranges::find(service.allow_gpus, id) == service.allow_gpus.end()) {
            violate(ViolationKind::kNotAllowed,
                    fmt::format("service {} does not allow {}", service.name, model.name));
        }
        const auto names_it = [&](const std::string& name) {
            return model.find_profile(name) == profile;
        };
        if (!service.allow_profiles.empty() &&
            std::ranges::none_of(service.allow_profiles, names_it)) {
            violate(ViolationKind::kNotAllowed,
                    fmt::format("service {} does not allow {}", service.name,
                                model.profiles[profile].name));
        }
    }

    void check_latency(const perf::Objective& objective, const RunPoint& run,
                       const perf::OperatingPoint& point) {
        const std::string& metric = problem_.table->metrics()[objective.metric];
        const perf::Measure* measure = measured(point, objective);
        if (measure == nullptr) {
            violate(ViolationKind::kLatency,
                    fmt::format("{} was not measured as the objective asks", metric));
            return;
        }
        const auto [left, right] =
            rule_sides(problem_.latency_rule, measure->value, run.max_wait, objective.max);
        if (left <= right) return;
        violate(ViolationKind::kLatency,
                fmt::format("{} {} ms with {} ms wait breaks {} ms under rule {}", metric,
                            ms_text(measure->value), ms_text(run.max_wait), ms_text(objective.max),
                            perf::name(problem_.latency_rule)));
    }

    Context& context_;
    const workload::Problem& problem_;
    RowIndex index_;
    std::vector<std::vector<std::pair<std::pair<gpu::GpuModelId, gpu::ProfileId>, Row>>> rows_;
    std::map<std::string, std::int64_t> memory_unknown_;
    std::int64_t estimates_ = 0;  // by the tables, whatever the deployment states
    const DeployedGpu* gpu_ = nullptr;
    const Instance* instance_ = nullptr;
};

}  // namespace

std::vector<Rate> check_instances(Context& context) {
    InstanceCheck check(context);
    std::vector<Rate> capacities;
    for (const DeployedGpu& gpu : context.deployment().gpus) {
        for (const Instance& instance : gpu.instances) {
            capacities.push_back(check.check(gpu, instance));
        }
    }
    check.note_estimates();
    check.note_unknown_memory();
    return capacities;
}

}  // namespace tangram::deployment::check_parts
