#include "workload/generator.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace tangram::workload {
namespace {

// Costs in the order of what such GPUs rent for; per 1,000 services where there are few of them.
const GpuOffer kA100{"A100-SXM4-80GB", Cost{1'000'000}, {}};
const GpuOffer kH100{"H100-SXM5-80GB", Cost{1'900'000}, {}};
const GpuOffer kA30{"A30", Cost{550'000}, {}};
const GpuOffer kFewH100{"H100-SXM5-80GB", Cost{1'900'000}, 100};
const GpuOffer kFewA30{"A30", Cost{550'000}, 150};

struct Family {
    std::string_view name;
    void (*adjust)(GeneratorOptions&);
};

const Family kFamilies[] = {
    {"plain", [](GeneratorOptions&) {}},
    {"rates-x10", [](GeneratorOptions& o) { o.rate_scale = 10; }},
    {"rates-x250", [](GeneratorOptions& o) { o.rate_scale = 250; }},
    {"tiny-rates", [](GeneratorOptions& o) { o.rate_scale = 0.02; }},
    {"one-process", [](GeneratorOptions& o) { o.max_processes = 1; }},
    {"tight-latency",
     [](GeneratorOptions& o) {
         o.slo_ms_min = 25;
         o.slo_ms_max = 120;
     }},
    {"irregular", [](GeneratorOptions& o) { o.fleet = {kH100}; }},
    {"no-1g", [](GeneratorOptions&) {}},
    {"mixed-2", [](GeneratorOptions& o) { o.fleet = {kA100, kH100}; }},
    {"mixed-3", [](GeneratorOptions& o) { o.fleet = {kA100, kH100, kA30}; }},
    {"mixed-2-capped", [](GeneratorOptions& o) { o.fleet = {kA100, kFewH100}; }},
    {"mixed-3-capped", [](GeneratorOptions& o) { o.fleet = {kA100, kFewH100, kFewA30}; }},
};

// A model's admissible points for one GPU, reduced to what drawing an objective needs.
struct Candidate {
    perf::ModelId model;
    Duration least;  // the smallest SLO some point meets
};

Duration smallest_slo(perf::LatencyRule rule, Duration latency) {
    switch (rule) {
        case perf::LatencyRule::kMean:
            return latency;
        case perf::LatencyRule::kTwoBatches:
            return 2 * latency;
        case perf::LatencyRule::kParvaGpu:
            return latency * 100 / 45 + Duration{1};
    }
    return latency;
}

std::vector<Candidate> candidates(const GeneratorOptions& options, const gpu::Catalogue& catalogue,
                                  gpu::GpuModelId gpu, const perf::PerformanceTable& table,
                                  perf::MetricId metric) {
    std::vector<Candidate> found;
    for (const perf::ModelId model : table.models().ids()) {
        std::optional<Duration> least;
        for (const perf::OperatingPointId id : table.points_of(model)) {
            const perf::OperatingPoint& point = table.point(id);
            const Result<gpu::GpuModelId> point_gpu = catalogue.find(point.gpu);
            if (!point_gpu || *point_gpu != gpu || point.processes > options.max_processes) {
                continue;
            }
            const perf::Measure* measure = perf::measure_for(point, {metric, {}, {}});
            if (measure == nullptr) continue;
            const Duration slo = smallest_slo(options.rule, measure->value);
            least = std::min(least.value_or(slo), slo);
        }
        if (least && milliseconds(*least) <= options.slo_ms_max) found.push_back({model, *least});
    }
    return found;
}

}  // namespace

std::vector<std::string_view> generator_families() {
    std::vector<std::string_view> names;
    for (const Family& family : kFamilies) names.push_back(family.name);
    return names;
}

Result<GeneratorOptions> family_options(std::string_view name) {
    GeneratorOptions options;
    std::string known;
    for (const Family& family : kFamilies) {
        known += known.empty() ? "" : ", ";
        known += family.name;
        if (family.name != name) continue;
        family.adjust(options);
        return options;
    }
    return invalid_input("unknown family '" + std::string{name} + "'; known: " + known);
}

Result<Problem> generate(const GeneratorOptions& options,
                         std::shared_ptr<const gpu::Catalogue> catalogue,
                         std::shared_ptr<const perf::PerformanceTable> table) {
    Problem problem;
    if (options.fleet.empty()) return invalid_input("no GPU model to draw a problem for");
    for (const GpuOffer& offer : options.fleet) {
        const Result<gpu::GpuModelId> gpu = catalogue->find(offer.gpu);
        if (!gpu) return gpu.error();
        std::optional<std::int64_t> count = options.gpus;
        if (offer.per_thousand_services) {
            count =
                *offer.per_thousand_services * static_cast<std::int64_t>(options.services) / 1'000;
        }
        problem.fleet.push_back({*gpu, count, offer.cost, std::nullopt});
    }
    const gpu::GpuModelId first = problem.fleet[FleetEntryId{0}].model;
    Result<gpu::RuleSet> rules = catalogue->rule_set("current");
    if (!rules) return rules.error();
    const perf::MetricId metric = table->find_metric("latency_ms");
    if (!metric.valid()) return invalid_input("the table has no column latency_ms");
    const std::vector<Candidate> models = candidates(options, *catalogue, first, *table, metric);
    if (models.empty()) {
        return invalid_input("no model of the table can meet the largest SLO on " +
                             options.fleet.front().gpu);
    }
    problem.catalogue = std::move(catalogue);
    problem.rules = *std::move(rules);
    problem.table = std::move(table);
    problem.latency_rule = options.rule;
    problem.services.reserve(options.services);
    Random random(options.seed);
    while (problem.services.size() < options.services) {
        const Candidate& candidate = models[random.below(models.size())];
        const double rate_rps = options.median_rate_rps * std::exp(options.sigma * random.normal());
        const double slo_ms =
            options.slo_ms_min * std::pow(options.slo_ms_max / options.slo_ms_min, random.unit());
        const Duration slo{std::llround(slo_ms * 10) * 100'000};
        if (slo < candidate.least) continue;
        Service service;
        service.name = "s" + std::to_string(problem.services.size());
        service.model = candidate.model;
        const double thousandths = rate_rps * options.rate_scale * kRatePerRps;
        service.rate = Rate{std::max<std::int64_t>(1, std::llround(thousandths))};
        service.slo.push_back({metric, slo, std::nullopt});
        service.max_processes = options.max_processes;
        problem.services.push_back(std::move(service));
    }
    return problem;
}

}  // namespace tangram::workload
