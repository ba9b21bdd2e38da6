#include "perf/latency_rule.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tangram::perf {
namespace {

__extension__ using Wide = __int128;  // products of two 64-bit counts

constexpr std::array kRules = {LatencyRule::kMean, LatencyRule::kTwoBatches,
                               LatencyRule::kParvaGpu};

Wide wide(Duration duration) { return Wide{duration.count()}; }

}  // namespace

std::string_view name(LatencyRule rule) {
    switch (rule) {
        case LatencyRule::kMean:
            return "mean";
        case LatencyRule::kTwoBatches:
            return "two-batches";
        case LatencyRule::kParvaGpu:
            return "parvagpu";
    }
    CHECK(false, "a latency rule without a name");
}

Result<LatencyRule> parse_latency_rule(std::string_view text) {
    std::string known;
    for (const LatencyRule rule : kRules) {
        if (name(rule) == text) {
            return rule;
        }
        known += (known.empty() ? "" : ", ") + std::string(name(rule));
    }
    return invalid_input("unknown latency rule \"" + std::string(text) +
                         "\", expected one of: " + known);
}

bool admissible(LatencyRule rule, Duration latency, Duration max_wait, Duration max) {
    switch (rule) {
        case LatencyRule::kMean:
            return latency <= max;
        case LatencyRule::kTwoBatches:
            return 2 * wide(latency) + wide(max_wait) <= wide(max);
        case LatencyRule::kParvaGpu:
            return 20 * wide(latency) < 9 * wide(max);
    }
    CHECK(false, "a latency rule without a meaning");
}

Duration largest_admissible(LatencyRule rule, Duration max_wait, Duration max) {
    const auto floor_divide = [](Wide number, Wide divisor) {
        return number / divisor - (number % divisor < 0 ? 1 : 0);
    };
    Wide largest = wide(max);
    if (rule == LatencyRule::kTwoBatches) {
        largest = floor_divide(wide(max) - wide(max_wait), 2);
    } else if (rule == LatencyRule::kParvaGpu) {
        largest = floor_divide(9 * wide(max) - 1, 20);
    }
    return Duration{static_cast<Duration::rep>(largest)};
}

Result<std::string> parse_statistic(std::string_view text) {
    if (text == "mean" || text == "mean_step" || text == "none") {
        return std::string(text);
    }
    std::string digits(text.starts_with('p') ? text.substr(1) : "");
    if (digits.starts_with("99.")) {
        digits.erase(2, 1);
    }
    const bool number = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    const bool whole = digits.size() <= 2 && digits[0] != '0';
    const bool beyond_99 = digits.size() > 2 && digits.size() <= 5 && digits.starts_with("99");
    if (!number || digits.empty() || !(whole || beyond_99)) {
        return invalid_input("expected mean, mean_step, none or a percentile such as p99");
    }
    return "p" + digits;
}

bool statistic_matches(std::string_view statistic, std::optional<int> percentile) {
    if (!percentile) {
        return statistic == "mean" || statistic == "mean_step";
    }
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), *percentile).ptr;
    const std::string_view number(digits.data(), static_cast<std::size_t>(end - digits.begin()));
    return statistic.size() > 1 && statistic.front() == 'p' && statistic.substr(1) == number;
}

const Measure* measure_for(const OperatingPoint& point, const Objective& objective) {
    const Measure* found = nullptr;
    for (const Measure& measure : point.measures) {
        if (measure.metric != objective.metric ||
            !statistic_matches(measure.statistic, objective.percentile)) {
            continue;
        }
        // A row may carry both means; that of whole requests is the one users feel.
        if (found == nullptr || measure.statistic == "mean") {
            found = &measure;
        }
    }
    return found;
}

bool meets(const OperatingPoint& point, const std::vector<Objective>& objectives, LatencyRule rule,
           Duration max_wait) {
    return std::ranges::all_of(objectives, [&](const Objective& objective) {
        const Measure* measure = measure_for(point, objective);
        return measure != nullptr && admissible(rule, measure->value, max_wait, objective.max);
    });
}

}  // namespace tangram::perf
