#include "io/performance_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "base/nearest.h"

namespace tangram::io {
namespace {

// In the order of PerformanceColumn.
constexpr std::array<std::string_view, kPerformanceColumns> kNames = {
    "source",     "gpu",   "model",    "precision",      "profile",
    "gpc",        "batch", "procs",    "throughput_rps", "latency_kind",
    "memory_mib", "note",  "estimated"};
constexpr std::string_view kOtherBatchName = "concurrency";

bool is_metric(std::string_view column) { return column.size() > 3 && column.ends_with("_ms"); }

std::optional<std::size_t> known_column(std::string_view name) {
    const auto* found = std::ranges::find(kNames, name == kOtherBatchName ? "batch" : name);
    if (found == kNames.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - kNames.begin());
}

Error unknown_column(const CsvHeader& header, std::string_view column) {
    std::vector<std::string> known(kNames.begin(), kNames.end());
    known.emplace_back(kOtherBatchName);
    known.emplace_back("latency_ms");
    return header.error(fmt::format("unknown column \"{}\"{}; columns of latencies end in _ms",
                                    column.substr(0, kCsvTextMax), nearest_hint(column, known)));
}

}  // namespace

Result<PerformanceColumns> PerformanceColumns::make(const CsvRow& header,
                                                    const std::string& place) {
    Result<CsvHeader> names = CsvHeader::make(header, place);
    if (!names) {
        return names.error();
    }
    PerformanceColumns columns(std::move(*names), place);
    if (Result<void> sorted = columns.sort_out(); !sorted) {
        return sorted.error();
    }
    if (Result<void> needed = columns.check_needed(); !needed) {
        return needed.error();
    }
    return columns;
}

Result<void> PerformanceColumns::sort_out() {
    for (std::size_t i = 0; i < header_.names().size(); ++i) {
        const std::string& column = header_.names()[i];
        if (const std::optional<std::size_t> known = known_column(column)) {
            if (where_[*known]) {
                return header_.error("expected one of the columns batch and concurrency, not both");
            }
            where_[*known] = i;
        } else if (is_metric(column)) {
            metrics_.push_back(i);
        } else {
            return unknown_column(header_, column);
        }
    }
    infeasible_list_ = metrics_.empty() && !has(PerformanceColumn::kThroughput) &&
                       !has(PerformanceColumn::kLatencyKind);
    return {};
}

Result<void> PerformanceColumns::check_needed() const {
    using enum PerformanceColumn;
    std::vector<PerformanceColumn> needed = {kGpu, kModel, kProfile, kBatch};
    if (!infeasible_list_) {
        needed.push_back(kThroughput);
    }
    for (const PerformanceColumn column : needed) {
        if (!has(column)) {
            return header_.error(fmt::format("the column \"{}\" is missing; found: {}",
                                             kNames[static_cast<std::size_t>(column)],
                                             fmt::join(header_.names(), ", ")));
        }
    }
    if (!infeasible_list_ && metrics_.empty()) {
        return header_.error(
            "no latencies: expected a column whose name ends in _ms, such as "
            "latency_ms");
    }
    return {};
}

CsvCell PerformanceColumns::cell(const CsvRow& row, PerformanceColumn column) const {
    const auto number = static_cast<std::size_t>(column);
    return where_[number] ? cell(row, *where_[number])
                          : CsvCell{"", kNames[number], place_, row.line};
}

CsvCell PerformanceColumns::cell(const CsvRow& row, std::size_t index) const {
    return {row.fields[index], header_.names()[index], place_, row.line};
}

}  // namespace tangram::io
