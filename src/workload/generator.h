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

struct GeneratorOptions {
    std::uint64_t seed = 1;
    std::size_t services = 100;
    std::string gpu = "A100-SXM4-80GB";  // name in the catalogue; points of other GPUs are ignored
    double median_rate_rps = 600;        // of the log-normal law
    double sigma = 1.0;                  // of the logarithm
    double rate_scale = 1.0;             // multiplies every rate
    double slo_ms_min = 60;              // objectives are log-uniform between these, drawn again
    double slo_ms_max = 1'000;           //   until some operating point meets them
    int max_processes = 3;
    perf::LatencyRule rule = perf::LatencyRule::kTwoBatches;
    std::optional<std::int64_t> gpus;  // a cap
};

// Named families of the benchmark: what differs from the defaults.
//   plain, rates-x10, rates-x250, tiny-rates, one-process, tight-latency
// and families that change the table (see derive_table): irregular, no-1g.
[[nodiscard]] std::vector<std::string_view> generator_families();
// The error lists the families.
[[nodiscard]] Result<GeneratorOptions> family_options(std::string_view family);

// The table a family works on: the same one, or a derived one whose points are marked with the
// source "synthetic": `irregular` scales throughput and latency by the SM counts of an H100 SXM
// instead of an A100's; `no-1g` drops the smallest profile of every other model.
[[nodiscard]] std::shared_ptr<const perf::PerformanceTable> derive_table(
    std::string_view family, const gpu::Catalogue& catalogue,
    std::shared_ptr<const perf::PerformanceTable> table);

// Same options, catalogue and table: same problem, on every platform. Fails if no model of the
// table was measured on the GPU or none of its points meets the largest SLO.
[[nodiscard]] Result<Problem> generate(const GeneratorOptions& options,
                                       std::shared_ptr<const gpu::Catalogue> catalogue,
                                       std::shared_ptr<const perf::PerformanceTable> table);

}  // namespace tangram::workload
