// The named families of random problems: what each changes of the generator's defaults.
#include "workload/generator.h"

namespace tangram::workload {
namespace {

// Costs in the order of what such GPUs rent for; per 1,000 services where there are few of them.
const GpuOffer kA100{"A100-SXM4-80GB", Cost{1'000'000}, {}};
const GpuOffer kH100{"H100-SXM5-80GB", Cost{1'900'000}, {}};
const GpuOffer kA30{"A30", Cost{550'000}, {}};
const GpuOffer kFewA100{"A100-SXM4-80GB", Cost{1'000'000}, 620};
const GpuOffer kFewH100{"H100-SXM5-80GB", Cost{1'900'000}, 100};
const GpuOffer kFewA30{"A30", Cost{550'000}, 150};

struct Family {
    std::string_view name;
    void (*adjust)(GeneratorOptions&);
};

void draw_rates(GeneratorOptions& options, RateLaw law, double median_rate_rps, double sigma) {
    options.rate_law = law;
    options.median_rate_rps = median_rate_rps;
    options.sigma = sigma;
}

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
    {"normal-1", [](GeneratorOptions& o) { draw_rates(o, RateLaw::kNormal, 800, 0.25); }},
    {"normal-2", [](GeneratorOptions& o) { draw_rates(o, RateLaw::kNormal, 2'400, 0.5); }},
    {"lognormal-1", [](GeneratorOptions& o) { draw_rates(o, RateLaw::kLogNormal, 600, 0.5); }},
    {"lognormal-2", [](GeneratorOptions& o) { draw_rates(o, RateLaw::kLogNormal, 1'200, 1.25); }},
    {"giant",
     [](GeneratorOptions& o) {
         o.rate_scale = 0.1;
         o.giant_factor = 5'000;
     }},
    {"large-profiles", [](GeneratorOptions& o) { o.size_floors = true; }},
    {"plain-capped", [](GeneratorOptions& o) { o.fleet = {kFewA100}; }},
    {"irregular", [](GeneratorOptions& o) { o.fleet = {kH100}; }},
    {"no-1g", [](GeneratorOptions&) {}},
    {"mixed-2", [](GeneratorOptions& o) { o.fleet = {kA100, kH100}; }},
    {"mixed-3", [](GeneratorOptions& o) { o.fleet = {kA100, kH100, kA30}; }},
    {"mixed-2-capped", [](GeneratorOptions& o) { o.fleet = {kA100, kFewH100}; }},
    {"mixed-3-capped", [](GeneratorOptions& o) { o.fleet = {kA100, kFewH100, kFewA30}; }},
};

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

}  // namespace tangram::workload
