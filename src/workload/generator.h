// Random problems over a performance table, for benchmarks and property tests. Not measurements:
// rates and objectives are drawn, throughputs and latencies are the table's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workload/problem.h"

namespace tangram::workload {

struct GpuOffer {
    std::string gpu;  // name in the catalogue; points of other GPUs are ignored
    Cost cost;
    std::optional<std::int64_t> per_thousand_services;  // a cap
};

enum class RateLaw {
    kLogNormal,
    kNormal,  // drawn again until positive
};

struct GeneratorOptions {
    std::uint64_t seed = 1;
    std::size_t services = 100;
    // Objectives are drawn from what the first one reaches.
    std::vector<GpuOffer> fleet{{"A100-SXM4-80GB", Cost{kCostPerUnit}, {}}};
    RateLaw rate_law = RateLaw::kLogNormal;
    double median_rate_rps = 600;  // and mean, of a normal law
    double sigma = 1.0;            // of the logarithm; of a normal law, deviation over mean
    double rate_scale = 1.0;       // multiplies every rate
    double giant_factor = 1.0;     // multiplies the first service's rate
    // Each service may use only profiles of at least a drawn number of memory slices of the first
    // GPU: what memory does to a plan, for tables that do not say what a model needs.
    bool size_floors = false;
    double slo_ms_min = 60;     // objectives are log-uniform between these, drawn again
    double slo_ms_max = 1'000;  //   until some operating point meets them
    int max_processes = 3;
    perf::LatencyRule rule = perf::LatencyRule::kTwoBatches;
    std::optional<std::int64_t> gpus;  // a cap on each kind of GPU, instead of the offers'
};

// Named families of the benchmark: what differs from the defaults.
//   plain, plain-capped, rates-x10, rates-x250, tiny-rates, one-process, tight-latency
//   normal-1, normal-2, lognormal-1, lognormal-2: the shapes of MIG-serving's workloads
//     (arXiv 2109.11067), which draws the throughputs services require from normal and log-normal
//     laws; means and deviations are ours
//   giant            one service of hundreds or thousands of instances among small ones
//   large-profiles   every service needs a profile of some size or more
// and families that change the table (synthetic_table.h): irregular, no-1g, mixed-2, mixed-3,
// mixed-2-capped, mixed-3-capped.
[[nodiscard]] std::vector<std::string_view> generator_families();
// The error lists the families.
[[nodiscard]] Result<GeneratorOptions> family_options(std::string_view family);

// Same options, catalogue and table: same problem, on every platform. Fails if no model of the
// table was measured on the GPU or none of its points meets the largest SLO.
[[nodiscard]] Result<Problem> generate(const GeneratorOptions& options,
                                       std::shared_ptr<const gpu::Catalogue> catalogue,
                                       std::shared_ptr<const perf::PerformanceTable> table);

}  // namespace tangram::workload
