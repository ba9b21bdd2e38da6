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

struct GeneratorOptions {
    std::uint64_t seed = 1;
    std::size_t services = 100;
    // Objectives are drawn from what the first one reaches.
    std::vector<GpuOffer> fleet{{"A100-SXM4-80GB", Cost{kCostPerUnit}, {}}};
    double median_rate_rps = 600;  // of the log-normal law
    double sigma = 1.0;            // of the logarithm
    double rate_scale = 1.0;       // multiplies every rate
    double slo_ms_min = 60;        // objectives are log-uniform between these, drawn again
    double slo_ms_max = 1'000;     //   until some operating point meets them
    int max_processes = 3;
    perf::LatencyRule rule = perf::LatencyRule::kTwoBatches;
    std::optional<std::int64_t> gpus;  // a cap on each kind of GPU
};

// Named families of the benchmark: what differs from the defaults.
//   plain, rates-x10, rates-x250, tiny-rates, one-process, tight-latency
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
