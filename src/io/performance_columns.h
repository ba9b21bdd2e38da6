// The columns of a performance table, found by the names in its header.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/csv_table.h"

namespace tangram::io {

enum class PerformanceColumn : std::size_t {
    kSource,
    kGpu,
    kModel,
    kPrecision,
    kProfile,
    kGpc,
    kBatch,  // or concurrency
    kProcesses,
    kThroughput,
    kLatencyKind,
    kMemory,
    kNote,
    kEstimated,
};
inline constexpr std::size_t kPerformanceColumns = 13;

class PerformanceColumns {
public:
    // Fails on an unknown column, with the nearest known name, and where a needed one is missing.
    [[nodiscard]] static Result<PerformanceColumns> make(const CsvRow& header,
                                                         const std::string& place);

    // Neither throughput nor latencies: the file lists combinations that do not run.
    [[nodiscard]] bool is_infeasible_list() const { return infeasible_list_; }
    // Indices of the <metric>_ms columns.
    [[nodiscard]] const std::vector<std::size_t>& metrics() const { return metrics_; }
    [[nodiscard]] const CsvHeader& header() const { return header_; }

    // The cell of `column` in a row the header accepts; blank where the file has no such column.
    [[nodiscard]] CsvCell cell(const CsvRow& row, PerformanceColumn column) const;
    [[nodiscard]] CsvCell cell(const CsvRow& row, std::size_t index) const;

private:
    PerformanceColumns(CsvHeader header, std::string place)
        : header_(std::move(header)), place_(std::move(place)) {}
    Result<void> sort_out();
    [[nodiscard]] Result<void> check_needed() const;
    [[nodiscard]] bool has(PerformanceColumn column) const {
        return where_[static_cast<std::size_t>(column)].has_value();
    }

    CsvHeader header_;
    std::string place_;
    std::array<std::optional<std::size_t>, kPerformanceColumns> where_;
    std::vector<std::size_t> metrics_;
    bool infeasible_list_ = false;
};

}  // namespace tangram::io
