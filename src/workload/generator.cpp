#include "workload/generator.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace tangram::workload {
namespace {

struct Family {
    std::string_view name;
    void (*adjust)(GeneratorOptions&);
};

constexpr Family kFamilies[] = {
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
    {"irregular", [](GeneratorOptions& o) { o.gpu = "H100-SXM5-80GB"; }},
    {"no-1g", [](GeneratorOptions&) {}},
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

std::shared_ptr<const perf::PerformanceTable> derive_table(
    std::string_view family, const gpu::Catalogue& catalogue,
    std::shared_ptr<const perf::PerformanceTable> table) {
    if (family != "irregular" && family != "no-1g") return table;
    auto derived = std::make_shared<perf::PerformanceTable>();
    const Result<gpu::GpuModelId> target = catalogue.find("H100-SXM5-80GB");
    for (perf::OperatingPoint point : table->points()) {
        const std::size_t model = point.model.index();
        point.model = derived->intern_model(table->models()[point.model]);
        for (perf::Measure& measure : point.measures) {
            measure.metric = derived->intern_metric(table->metrics()[measure.metric]);
        }
        const Result<gpu::GpuModelId> source = catalogue.find(point.gpu);
        if (!source) continue;
        const gpu::GpuModel& gpu = catalogue.model(*source);
        const gpu::ProfileId profile = gpu.find_profile(point.profile);
        if (!profile.valid()) continue;
        const gpu::MigProfile& from = gpu.profiles[profile];
        point.source = "synthetic";
        if (family == "no-1g") {
            if (model % 2 == 0 && from.compute_slices == 1) continue;
        } else {
            const gpu::GpuModel& other = catalogue.model(*target);
            for (const gpu::ProfileId id : other.base_profiles()) {
                const gpu::MigProfile& to = other.profiles[id];
                if (to.nvml_enum != from.nvml_enum) continue;
                // Integer arithmetic: the same table on every platform.
                point.throughput = Rate{point.throughput.count() * *to.sms / *from.sms};
                for (perf::Measure& measure : point.measures) {
                    measure.value = measure.value * *from.sms / *to.sms;
                }
                point.gpu = other.name;
                point.profile = to.name;
            }
        }
        (void)derived->add(std::move(point));  // identities stay distinct
    }
    return derived;
}

Result<Problem> generate(const GeneratorOptions& options,
                         std::shared_ptr<const gpu::Catalogue> catalogue,
                         std::shared_ptr<const perf::PerformanceTable> table) {
    const Result<gpu::GpuModelId> gpu = catalogue->find(options.gpu);
    if (!gpu) return gpu.error();
    Result<gpu::RuleSet> rules = catalogue->rule_set("current");
    if (!rules) return rules.error();
    const perf::MetricId metric = table->find_metric("latency_ms");
    if (!metric.valid()) return invalid_input("the table has no column latency_ms");
    const std::vector<Candidate> models = candidates(options, *catalogue, *gpu, *table, metric);
    if (models.empty()) {
        return invalid_input("no model of the table can meet the largest SLO on " + options.gpu);
    }
    Problem problem;
    problem.catalogue = std::move(catalogue);
    problem.rules = *std::move(rules);
    problem.table = std::move(table);
    problem.latency_rule = options.rule;
    problem.fleet.push_back({*gpu, options.gpus, Cost{kCostPerUnit}, std::nullopt});
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
