// When an operating point meets a latency objective.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "perf/performance_table.h"

namespace tangram::perf {

enum class LatencyRule {
    kMean,        // latency <= max
    kTwoBatches,  // 2 latency + max_wait <= max: a request that just misses a batch waits one
                  // batch and runs in the next
    kParvaGpu,    // latency < 0.45 max, as ParvaGPU's code has it: half, less 10 %
};
[[nodiscard]] std::string_view name(LatencyRule rule);  // "mean", "two-batches", "parvagpu"
[[nodiscard]] Result<LatencyRule> parse_latency_rule(std::string_view text);

// A limit on one metric. Without a percentile it holds for the table's mean.
struct Objective {
    MetricId metric;
    Duration max{};
    std::optional<int> percentile;  // 99 for p99; in whole percent or, above 99, in tenths: 999
    friend bool operator==(const Objective&, const Objective&) = default;
};

// Exact, in integers.
[[nodiscard]] bool admissible(LatencyRule rule, Duration latency, Duration max_wait, Duration max);

// The largest latency the rule admits (parvagpu: the largest whole nanosecond).
[[nodiscard]] Duration largest_admissible(LatencyRule rule, Duration max_wait, Duration max);

// The statistic as measures carry it: "mean", "mean_step", "none" and "p1" to "p99"; above that in
// tenths and further: "p99.9" and "p999" are "p999". Fails on other words, saying what is expected.
[[nodiscard]] Result<std::string> parse_statistic(std::string_view text);

// Whether a measure of this statistic is one for an objective with this percentile: "pN" for
// percentile N; without a percentile "mean" and "mean_step" (the mean time of one batch).
[[nodiscard]] bool statistic_matches(std::string_view statistic, std::optional<int> percentile);

// The measure of `point` the objective speaks about; nullptr if it was not measured.
[[nodiscard]] const Measure* measure_for(const OperatingPoint& point, const Objective& objective);

// True if every objective has a measure and is met by it.
[[nodiscard]] bool meets(const OperatingPoint& point, const std::vector<Objective>& objectives,
                         LatencyRule rule, Duration max_wait);

}  // namespace tangram::perf
