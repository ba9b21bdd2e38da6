#include "io/performance_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/amount_text.h"
#include "io/csv.h"
#include "io/performance_columns.h"
#include "perf/latency_rule.h"

namespace tangram::io {
namespace {

using perf::OperatingPoint;
using perf::PerformanceTable;
using enum PerformanceColumn;

constexpr int kBatchMax = 1'000'000;
constexpr int kProcessesMax = 1'000;
constexpr std::int64_t kThroughputMax = 1'000'000'000;  // requests per second
constexpr std::int64_t kLatencyMax = 10'000'000;        // milliseconds
constexpr std::int64_t kMemoryMax = 1'000'000'000;      // MiB
constexpr int kRatePlaces = 3;                          // 1/1000 requests per second
constexpr int kNanosecondPlaces = 6;                    // of a millisecond

// Rows with the same flaw, so that a table of a million rows gives one warning.
struct Tally {
    std::size_t rows = 0;
    std::size_t first_line = 0;

    void count(std::size_t line) {
        first_line = rows == 0 ? line : std::min(line, first_line);
        ++rows;
    }
    void report(const std::string& place, std::string_view what,
                std::vector<std::string>& warnings) const {
        if (rows > 0) {
            const std::string others = rows == 1 ? "" : fmt::format(" (and {} more)", rows - 1);
            warnings.push_back(fmt::format("{}:{}: {}{}", place, first_line, what, others));
        }
    }
};

// Puts the value of `read` into `target`, or says what is wrong.
template <typename T, typename U>
Result<void> store(Result<T> read, U& target) {
    if (!read) {
        return read.error();
    }
    target = U(std::move(*read));
    return {};
}

Result<bool> read_flag(const CsvCell& cell) {
    if (cell.blank() || cell.text == "false") {
        return false;
    }
    if (cell.text == "true") {
        return true;
    }
    return cell.expected("true or false");
}

// What one row says, before rows are put together.
struct Row {
    OperatingPoint point;  // its identity and the row's measures
    std::string statistic;
    std::optional<Rate> throughput;
    std::size_t line = 0;
};

// Reads the rows of one table; finish() adds the points to the table.
class PointReader {
public:
    PointReader(const PerformanceColumns& columns, std::string place, PerformanceTable& into)
        : columns_(columns), place_(std::move(place)), into_(into) {
        for (const std::size_t column : columns_.metrics()) {
            metrics_.push_back(into_.intern_metric(columns_.header().names()[column]));
        }
    }

    Result<void> take(const CsvRow& csv) {
        if (columns_.cell(csv, kBatch).blank()) {
            without_batch_.count(csv.line);
            return {};
        }
        Result<Row> row = read(csv);
        return row ? merge(std::move(*row)) : row.error();
    }

    Result<void> finish(std::vector<std::string>& warnings) {
        Tally without_throughput;
        for (Point& point : points_) {
            if (!point.throughput) {
                without_throughput.count(point.rows.front().line);
                continue;
            }
            point.point.throughput = *point.throughput;
            if (const auto added = into_.add(std::move(point.point)); !added) {
                return added.error();
            }
        }
        blank_processes_.report(place_, "procs is blank, taken as 1", warnings);
        without_batch_.report(place_, "no batch size: row skipped", warnings);
        without_throughput.report(place_, "no throughput: operating point skipped", warnings);
        without_latency_.report(place_, "no latency in this row", warnings);
        if (points_.empty()) {
            warnings.push_back(place_ + ": the table has no usable rows");
        }
        return {};
    }

private:
    // An operating point so far, and the rows it came from.
    struct Point {
        struct Source {
            std::string statistic;
            std::size_t line;
        };
        OperatingPoint point;
        std::optional<Rate> throughput;
        std::size_t throughput_line = 0;
        std::vector<Source> rows;
    };

    Result<Row> read(const CsvRow& csv);
    Result<void> read_identity(const CsvRow& csv, OperatingPoint& point);
    Result<void> read_latency_kind(const CsvCell& cell, Row& row);
    Result<void> read_amounts(const CsvRow& csv, Row& row);
    Result<void> read_measures(const CsvRow& csv, Row& row);
    Result<void> merge(Row row);
    Result<void> merge_into(Point& known, Row row);
    [[nodiscard]] std::string at(std::size_t line) const {
        return fmt::format("{}:{}", place_, line);
    }

    const PerformanceColumns& columns_;
    std::string place_;
    PerformanceTable& into_;
    std::vector<perf::MetricId> metrics_;                        // of columns_.metrics()
    std::vector<Point> points_;                                  // in order of first appearance
    std::unordered_multimap<std::uint64_t, std::size_t> index_;  // identity hash to points_
    Tally blank_processes_, without_batch_, without_latency_;
};

Result<Row> PointReader::read(const CsvRow& csv) {
    Row row;
    row.line = csv.line;
    row.point.place = at(csv.line);
    if (Result<void> identity = read_identity(csv, row.point); !identity) {
        return identity.error();
    }
    if (Result<void> kind = read_latency_kind(columns_.cell(csv, kLatencyKind), row); !kind) {
        return kind.error();
    }
    if (Result<void> amounts = read_amounts(csv, row); !amounts) {
        return amounts.error();
    }
    if (Result<void> measures = read_measures(csv, row); !measures) {
        return measures.error();
    }
    return row;
}

Result<void> PointReader::read_identity(const CsvRow& csv, OperatingPoint& point) {
    std::string model;
    for (const auto& [column, target] :
         {std::pair{kGpu, &point.gpu}, {kModel, &model}, {kProfile, &point.profile}}) {
        if (Result<void> read = store(columns_.cell(csv, column).name(), *target); !read) {
            return read;
        }
    }
    for (const auto& [column, target] : {std::pair{kSource, &point.source},
                                         {kPrecision, &point.precision},
                                         {kNote, &point.note}}) {
        if (Result<void> read = store(columns_.cell(csv, column).optional_name(), *target); !read) {
            return read;
        }
    }
    if (Result<void> read = store(columns_.cell(csv, kBatch).whole(kBatchMax), point.batch);
        !read) {
        return read;
    }
    const CsvCell processes = columns_.cell(csv, kProcesses);
    if (processes.blank()) {
        blank_processes_.count(csv.line);
    } else if (Result<void> read = store(processes.whole(kProcessesMax), point.processes); !read) {
        return read;
    }
    point.model = into_.intern_model(model);
    return {};
}

// "p99", "SingleStream:p99", "Offline:none"; blank is the mean.
Result<void> PointReader::read_latency_kind(const CsvCell& cell, Row& row) {
    row.statistic = "mean";
    if (cell.blank()) {
        return {};
    }
    if (Result<void> read = store(cell.optional_name(), row.statistic); !read) {
        return read;
    }
    if (const std::size_t colon = row.statistic.rfind(':'); colon != std::string::npos) {
        row.point.scenario = row.statistic.substr(0, colon);
        row.statistic.erase(0, colon + 1);
    }
    const Result<std::string> statistic = perf::parse_statistic(row.statistic);
    if (!statistic) {
        return cell.expected("mean, mean_step, none or a percentile such as p99");
    }
    row.statistic = *statistic;
    return {};
}

Result<void> PointReader::read_amounts(const CsvRow& csv, Row& row) {
    const CsvCell throughput = columns_.cell(csv, kThroughput);
    if (!throughput.blank()) {
        const auto read = throughput.positive(kRatePlaces, Rounding::kDown, kThroughputMax);
        if (!read) {
            return read.error();
        }
        row.throughput = Rate{*read};
    }
    const CsvCell memory = columns_.cell(csv, kMemory);
    if (!memory.blank()) {
        const auto read = memory.positive(0, Rounding::kUp, kMemoryMax);
        if (!read) {
            return read.error();
        }
        row.point.memory = Mebibytes{*read};
    }
    return store(read_flag(columns_.cell(csv, kEstimated)), row.point.estimated);
}

Result<void> PointReader::read_measures(const CsvRow& csv, Row& row) {
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
        const CsvCell cell = columns_.cell(csv, columns_.metrics()[i]);
        if (cell.blank()) {
            continue;
        }
        if (row.statistic == "none") {
            return cell.expected("nothing, because latency_kind is none");
        }
        const auto read = cell.positive(kNanosecondPlaces, Rounding::kUp, kLatencyMax);
        if (!read) {
            return read.error();
        }
        row.point.measures.push_back({metrics_[i], row.statistic, Duration{*read}});
    }
    if (row.point.measures.empty() && row.statistic != "none") {
        without_latency_.count(csv.line);
    }
    return {};
}

Result<void> PointReader::merge(Row row) {
    const std::uint64_t hash = perf::identity_hash(row.point);
    const auto [first, last] = index_.equal_range(hash);
    for (auto entry = first; entry != last; ++entry) {
        Point& known = points_[entry->second];
        if (perf::same_identity(known.point, row.point)) {
            return merge_into(known, std::move(row));
        }
    }
    index_.emplace(hash, points_.size());
    Point point;
    point.rows.push_back({std::move(row.statistic), row.line});
    point.throughput = row.throughput;
    point.throughput_line = row.line;
    point.point = std::move(row.point);
    points_.push_back(std::move(point));
    return {};
}

Result<void> PointReader::merge_into(Point& known, Row row) {
    for (const Point::Source& source : known.rows) {
        if (source.statistic == row.statistic) {
            return invalid_input(
                fmt::format("the same key as line {}: source, gpu, model, precision, profile, "
                            "batch, procs, latency_kind and note are all equal",
                            source.line),
                at(row.line));
        }
    }
    if (known.throughput && row.throughput && *known.throughput != *row.throughput) {
        return invalid_input(
            fmt::format("column throughput_rps: found {}, expected {} as on line {}: both rows "
                        "are about one operating point",
                        rps_text(*row.throughput), rps_text(*known.throughput),
                        known.throughput_line),
            at(row.line));
    }
    if (!known.throughput && row.throughput) {
        known.throughput = row.throughput;
        known.throughput_line = row.line;
    }
    OperatingPoint& point = known.point;
    point.memory = std::max(point.memory, row.point.memory);
    point.estimated = point.estimated || row.point.estimated;
    point.measures.insert(point.measures.end(), row.point.measures.begin(),
                          row.point.measures.end());
    known.rows.push_back({std::move(row.statistic), row.line});
    return {};
}

// Reads the rows of a list of infeasible combinations.
class InfeasibleReader {
public:
    InfeasibleReader(const PerformanceColumns& columns, std::string place, PerformanceTable& into)
        : columns_(columns), place_(std::move(place)), into_(into) {}

    Result<void> take(const CsvRow& csv) {
        perf::Infeasible combination;
        std::string model;
        for (const auto& [column, target] : {std::pair{kGpu, &combination.gpu},
                                             {kModel, &model},
                                             {kProfile, &combination.profile}}) {
            if (Result<void> read = store(columns_.cell(csv, column).name(), *target); !read) {
                return read;
            }
        }
        if (Result<void> read =
                store(columns_.cell(csv, kBatch).whole(kBatchMax), combination.batch);
            !read) {
            return read;
        }
        const CsvCell processes = columns_.cell(csv, kProcesses);
        if (processes.blank()) {
            blank_processes_.count(csv.line);
        } else if (Result<void> read = store(processes.whole(kProcessesMax), combination.processes);
                   !read) {
            return read;
        }
        combination.model = into_.intern_model(model);
        into_.add_infeasible(std::move(combination));
        return {};
    }

    Result<void> finish(std::vector<std::string>& warnings) const {
        blank_processes_.report(place_, "procs is blank, taken as 1", warnings);
        return {};
    }

private:
    const PerformanceColumns& columns_;
    std::string place_;
    PerformanceTable& into_;
    Tally blank_processes_;
};

// The header decides who reads the rest.
class TableReader {
public:
    TableReader(std::string place, PerformanceTable& into)
        : place_(std::move(place)), into_(into) {}

    Result<void> take(const CsvRow& row) {
        if (!columns_) {
            return start(row);
        }
        if (Result<void> checked = columns_->header().check(row); !checked) {
            return checked;
        }
        return points_ ? points_->take(row) : infeasible_->take(row);
    }

    Result<void> finish(std::vector<std::string>& warnings) {
        if (!columns_) {
            return invalid_input("the file is empty, expected a header row and measurements",
                                 place_);
        }
        return points_ ? points_->finish(warnings) : infeasible_->finish(warnings);
    }

private:
    Result<void> start(const CsvRow& header) {
        Result<PerformanceColumns> columns = PerformanceColumns::make(header, place_);
        if (!columns) {
            return columns.error();
        }
        columns_ = std::make_unique<PerformanceColumns>(std::move(*columns));
        if (columns_->is_infeasible_list()) {
            infeasible_.emplace(*columns_, place_, into_);
        } else {
            points_.emplace(*columns_, place_, into_);
        }
        return {};
    }

    std::string place_;
    PerformanceTable& into_;
    std::unique_ptr<PerformanceColumns> columns_;  // the readers refer to it
    std::optional<PointReader> points_;
    std::optional<InfeasibleReader> infeasible_;
};

template <typename Source>
Result<void> read_table(Source&& source, const std::string& place, PerformanceTable& into,
                        std::vector<std::string>& warnings) {
    TableReader reader(place, into);
    Result<void> read =
        read_csv(source, place, [&](const CsvRow& row) { return reader.take(row); });
    return read ? reader.finish(warnings) : read;
}

}  // namespace

Result<void> read_performance_csv(std::istream& in, const std::string& place,
                                  PerformanceTable& into, std::vector<std::string>& warnings) {
    return read_table(in, place, into, warnings);
}

Result<void> read_performance_csv(std::string_view text, const std::string& place,
                                  PerformanceTable& into, std::vector<std::string>& warnings) {
    return read_table(text, place, into, warnings);
}

Result<void> read_performance_file(const std::string& path, PerformanceTable& into,
                                   std::vector<std::string>& warnings) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return Error{ErrorCode::kNotFound, "cannot open the file", path};
    }
    return read_performance_csv(in, path, into, warnings);
}

}  // namespace tangram::io
