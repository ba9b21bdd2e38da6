#include "perf/table_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/amount_text.h"
#include "perf/latency_rule.h"
#include "perf/series.h"

namespace tangram::perf {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr Duration kRounding{500'000};  // half a millisecond
constexpr std::int64_t kTolerancePercent = 5;

// Ratios of neighbouring throughputs, in percent. Chosen on real tables: caches, launch overheads
// and memory limits bend curves by less.
constexpr std::int64_t kSpike = 140;         // above both neighbours
constexpr std::int64_t kSaturated = 115;     // the last steps gained less than this
constexpr std::int64_t kProportional = 125;  // over proportional growth
constexpr std::int64_t kProportionalProfile = 160;

bool exceeds(std::int64_t value, std::int64_t other, std::int64_t percent) {
    return Wide{value} * 100 > Wide{other} * percent;
}

// Appends findings about one table.
class Checker {
public:
    Checker(const PerformanceTable& table, const gpu::Catalogue& catalogue)
        : table_(table), catalogue_(catalogue) {}

    std::vector<Finding> run() {
        for (const OperatingPointId id : table_.points().ids()) {
            check_product(id);
            check_percentiles(id);
        }
        check_contradictions();
        check_axis(Axis::kBatch, FindingKind::kBatchJump);
        check_axis(Axis::kProcesses, FindingKind::kProcessJump);
        check_axis(Axis::kProfile, FindingKind::kProfileJump);
        std::ranges::stable_sort(findings_, {}, [](const Finding& finding) {
            return std::pair{finding.point, finding.kind};
        });
        return std::move(findings_);
    }

private:
    [[nodiscard]] const OperatingPoint& at(OperatingPointId id) const { return table_.point(id); }
    [[nodiscard]] std::int64_t throughput(OperatingPointId id) const {
        return at(id).throughput.count();
    }

    void report(FindingKind kind, OperatingPointId id, const std::string& message) {
        const OperatingPoint& point = at(id);
        findings_.push_back({kind, id, point.place,
                             table_.models()[point.model] + " on " + point.profile + ", batch " +
                                 std::to_string(point.batch) + ", processes " +
                                 std::to_string(point.processes) + ": " + message});
    }

    void check_product(OperatingPointId id);
    void check_percentiles(OperatingPointId id);
    void check_contradictions();
    void check_axis(Axis axis, FindingKind kind);
    void check_neighbours(const Series& series, std::size_t i, FindingKind kind);
    void check_growth(const SeriesPoint& before, const SeriesPoint& here, Axis axis,
                      FindingKind kind);
    void check_repeated(OperatingPointId before, OperatingPointId id);

    const PerformanceTable& table_;
    const gpu::Catalogue& catalogue_;
    std::vector<Finding> findings_;
};

void Checker::check_product(OperatingPointId id) {
    const OperatingPoint& point = at(id);
    const bool one_at_a_time = point.scenario.empty() || point.scenario == "SingleStream";
    const MetricId latency = table_.find_metric("latency_ms");
    const Measure* mean = measure_for(point, {latency, Duration{}, std::nullopt});
    if (!one_at_a_time || mean == nullptr || point.throughput.count() <= 0) {
        return;
    }
    const Wide in_flight = Wide{point.batch} * point.processes;
    const Duration expected{static_cast<Duration::rep>(in_flight * kNanosecondsPerSecond *
                                                       kRatePerRps / point.throughput.count())};
    const Duration tolerance = std::max(kRounding, expected * kTolerancePercent / 100);
    const Duration difference = std::chrono::abs(mean->value - expected);
    if (difference > tolerance) {
        report(FindingKind::kThroughputLatency, id,
               "latency " + ms_text(mean->value) + " ms, but " +
                   std::to_string(static_cast<std::int64_t>(in_flight)) + " requests at " +
                   rps_text(point.throughput) + " requests/s take " + ms_text(expected) +
                   " ms: off by " + ms_text(difference) + " ms, " + ms_text(tolerance) +
                   " ms tolerated");
    }
}

// The digits of "p50" or "p999" such that their alphabetical order is that of the percentiles;
// empty for other statistics.
std::string percentile_digits(std::string_view statistic) {
    if (!statistic.starts_with('p')) {
        return {};
    }
    const std::string_view digits = statistic.substr(1);
    return (digits.size() == 1 ? "0" : "") + std::string(digits);
}

void Checker::check_percentiles(OperatingPointId id) {
    const std::vector<Measure>& measures = at(id).measures;
    for (const Measure& low : measures) {
        for (const Measure& high : measures) {
            const std::string low_digits = percentile_digits(low.statistic);
            if (low.metric != high.metric || low_digits.empty() ||
                low_digits >= percentile_digits(high.statistic) || low.value <= high.value) {
                continue;
            }
            report(FindingKind::kPercentiles, id,
                   table_.metrics()[low.metric] + " " + low.statistic + " is " +
                       ms_text(low.value) + " ms and " + high.statistic + " only " +
                       ms_text(high.value) + " ms");
        }
    }
}

void Checker::check_contradictions() {
    const auto key = [](const auto& point) {
        return std::tuple{point.model, point.batch, point.processes,
                          std::string_view(point.profile), std::string_view(point.gpu)};
    };
    std::set<decltype(key(std::declval<const Infeasible&>()))> infeasible;
    for (const Infeasible& combination : table_.infeasible()) {
        infeasible.insert(key(combination));
    }
    for (const OperatingPointId id : table_.points().ids()) {
        if (infeasible.contains(key(at(id)))) {
            report(FindingKind::kContradiction, id, "measured, and listed as infeasible");
        }
    }
}

void Checker::check_axis(Axis axis, FindingKind kind) {
    for (const Series& series : series_along(axis, table_, catalogue_)) {
        for (std::size_t i = 0; i < series.size(); ++i) {
            check_neighbours(series, i, kind);
            if (i > 0) {
                check_growth(series[i - 1], series[i], axis, kind);
            }
            if (i > 0 && axis != Axis::kProfile) {
                check_repeated(series[i - 1].id, series[i].id);
            }
        }
    }
}

// A spike stands far above both neighbours. At the end of a series, where there is only one, it is
// a leap after the curve had flattened; not along profiles, where the last step is the largest.
void Checker::check_neighbours(const Series& series, std::size_t i, FindingKind kind) {
    if (i == 0 || (i + 1 == series.size() && kind == FindingKind::kProfileJump)) {
        return;
    }
    const std::int64_t here = throughput(series[i].id);
    const std::int64_t before = throughput(series[i - 1].id);
    if (i + 1 == series.size()) {
        const bool flat = i >= 2 && !exceeds(before, throughput(series[i - 2].id), kSaturated);
        if (flat && exceeds(here, before, kSpike)) {
            report(kind, series[i].id,
                   "throughput " + rps_text(at(series[i].id).throughput) + " after " +
                       rps_text(at(series[i - 2].id).throughput) + " and " +
                       rps_text(at(series[i - 1].id).throughput) + ": a leap from a flat curve");
        }
        return;
    }
    const std::int64_t after = throughput(series[i + 1].id);
    const std::string between = "throughput " + rps_text(at(series[i].id).throughput) +
                                " between " + rps_text(at(series[i - 1].id).throughput) + " and " +
                                rps_text(at(series[i + 1].id).throughput);
    if (exceeds(here, std::max(before, after), kSpike)) {
        report(kind, series[i].id, between + ": a spike");
    } else if (exceeds(std::min(before, after), here, kSpike)) {
        report(kind, series[i].id, between + ": a dip");
    }
}

// Twice the batch, processes or slices give at most about twice the throughput.
void Checker::check_growth(const SeriesPoint& before, const SeriesPoint& here, Axis axis,
                           FindingKind kind) {
    const std::int64_t allowed = axis == Axis::kProfile ? kProportionalProfile : kProportional;
    const Wide gained = Wide{throughput(here.id)} * before.value * 100;
    const Wide proportional = Wide{throughput(before.id)} * here.value * allowed;
    if (gained > proportional) {
        report(kind, here.id,
               "throughput " + rps_text(at(here.id).throughput) + " after " +
                   rps_text(at(before.id).throughput) + ", more than " +
                   std::to_string(here.value) + "/" + std::to_string(before.value) +
                   " times as much");
    }
}

// A copied cell: the latency of the neighbour, and its throughput, in all or per process.
void Checker::check_repeated(OperatingPointId before, OperatingPointId id) {
    const OperatingPoint& a = at(before);
    const OperatingPoint& b = at(id);
    const auto same = [](const Measure& x, const Measure& y) {
        return x.metric == y.metric && x.statistic == y.statistic && x.value == y.value;
    };
    if (a.measures.empty() || !std::ranges::equal(a.measures, b.measures, same)) {
        return;
    }
    // Per-process figures were multiplied and rounded to a thousandth before they came here.
    const Wide difference =
        Wide{a.throughput.count()} * b.processes - Wide{b.throughput.count()} * a.processes;
    const Wide rounding = a.processes + b.processes;
    const bool per_process =
        a.processes != b.processes && difference <= rounding && -difference <= rounding;
    if (a.throughput == b.throughput || per_process) {
        report(FindingKind::kRepeated, id,
               "latency and throughput" + std::string(per_process ? " per process" : "") +
                   " repeat those of batch " + std::to_string(a.batch) + ", processes " +
                   std::to_string(a.processes) + " (" + a.place + ")");
    }
}

}  // namespace

std::string_view name(FindingKind kind) {
    switch (kind) {
        case FindingKind::kThroughputLatency:
            return "throughput-latency";
        case FindingKind::kBatchJump:
            return "batch-jump";
        case FindingKind::kProcessJump:
            return "process-jump";
        case FindingKind::kProfileJump:
            return "profile-jump";
        case FindingKind::kRepeated:
            return "repeated";
        case FindingKind::kPercentiles:
            return "percentiles";
        case FindingKind::kContradiction:
            return "contradiction";
    }
    CHECK(false, "a finding without a name");
}

std::vector<Finding> check_table(const PerformanceTable& table, const gpu::Catalogue& catalogue) {
    return Checker(table, catalogue).run();
}

}  // namespace tangram::perf
