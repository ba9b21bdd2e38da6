#include "io/performance_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/amount_text.h"

namespace tangram::io {
namespace {

using perf::Measure;
using perf::OperatingPoint;
using perf::PerformanceTable;

// As RFC 4180 has it. Spaces around an unquoted field would be lost.
std::string field(std::string_view text) {
    const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos &&
                       !text.starts_with(' ') && !text.ends_with(' ');
    if (plain) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

// In order of appearance, each once; "none" alone for a point without latencies.
std::vector<std::string> statistics_of(const OperatingPoint& point) {
    std::vector<std::string> statistics;
    for (const Measure& measure : point.measures) {
        if (std::ranges::find(statistics, measure.statistic) == statistics.end()) {
            statistics.push_back(measure.statistic);
        }
    }
    if (statistics.empty()) statistics.emplace_back("none");
    return statistics;
}

std::string latencies(const PerformanceTable& table, const OperatingPoint& point,
                      const std::string& statistic) {
    std::string text;
    for (const perf::MetricId metric : table.metrics().ids()) {
        const auto measure = std::ranges::find_if(point.measures, [&](const Measure& each) {
            return each.metric == metric && each.statistic == statistic;
        });
        text += measure == point.measures.end() ? "," : "," + ms_text(measure->value);
    }
    return table.metrics().empty() ? "," : text;
}

}  // namespace

std::string write_performance_csv(const PerformanceTable& table) {
    std::string out = "source,gpu,model,precision,profile,batch,procs,throughput_rps";
    for (const std::string& metric : table.metrics()) out += "," + field(metric);
    if (table.metrics().empty()) out += ",latency_ms";  // a table has one latency at least
    out += ",latency_kind,memory_mib,note,estimated\n";
    for (const OperatingPoint& point : table.points()) {
        for (const std::string& statistic : statistics_of(point)) {
            out += fmt::format(
                "{},{},{},{},{},{},{},{}{},{},{},{},{}\n", field(point.source), field(point.gpu),
                field(table.models()[point.model]), field(point.precision), field(point.profile),
                point.batch, point.processes, rps_text(point.throughput),
                latencies(table, point, statistic),
                field(point.scenario.empty() ? statistic : point.scenario + ":" + statistic),
                point.memory ? fmt::to_string(point.memory->count()) : "", field(point.note),
                point.estimated);
        }
    }
    return out;
}

}  // namespace tangram::io
