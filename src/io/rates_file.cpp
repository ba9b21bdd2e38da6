#include "io/rates_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "base/amount_text.h"
#include "base/nearest.h"
#include "io/csv_table.h"
#include "io/files.h"
#include "io/object_reader.h"
#include "io/parse.h"

namespace tangram::io {
namespace {

constexpr std::string_view kFirstLine = "# format: tangram/rates, version: 1";
constexpr std::array<std::string_view, 3> kColumns = {"time_s", "service", "rate_rps"};
constexpr std::int64_t kTimeMax = 1'000'000'000'000;  // seconds
constexpr int kRatePlaces = 3;

std::string_view line_at(std::string_view text, std::size_t begin) {
    std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Takes the lines that begin with # off; what is left keeps its line numbers.
Result<std::string> take_notes(std::string_view text, const std::string& file,
                               std::vector<std::string>& notes) {
    if (line_at(text, 0) != kFirstLine) {
        return invalid_input(
            fmt::format("found \"{}\", expected \"{}\"",
                        line_at(text, 0).substr(0, kFirstLine.size() + 10), kFirstLine),
            file + ":1");
    }
    std::size_t begin = 0;
    std::size_t lines = 0;
    while (begin < text.size() && text[begin] == '#') {
        const std::string_view line = line_at(text, begin);
        if (lines++ > 0) notes.emplace_back(line.substr(line.starts_with("# ") ? 2 : 1));
        const std::size_t end = text.find('\n', begin);
        begin = end == std::string_view::npos ? text.size() : end + 1;
    }
    return std::string(lines, '\n').append(text.substr(begin));
}

class Reader {
public:
    Reader(std::string file, RatesFile& into) : file_(std::move(file)), into_(into) {}

    Result<void> take(const CsvRow& row) {
        last_line_ = row.line;
        if (!header_) return take_header(row);
        if (Result<void> fits = header_->check(row); !fits) return fits;
        const Result<std::int64_t> time = read_time(cell(row, 0));
        if (!time) return time.error();
        if (!time_ || *time != *time_) {
            if (Result<void> begun = begin_time(*time, row.line); !begun) return begun;
        }
        return take_rate(row);
    }

    Result<void> finish() {
        if (!header_)
            return at(last_line_ + 1, "found no header, expected time_s,service,rate_rps");
        if (!time_) return at(last_line_, "found no rates");
        if (Result<void> ended = end_time(last_line_); !ended) return ended;
        if (steps_ < 2) return at(last_line_, "found one time, expected at least two");
        if (*time_ < 0) {
            return at(last_line_,
                      "found times below 0 only, expected one at which a replay begins");
        }
        return {};
    }

private:
    [[nodiscard]] Error at(std::size_t line, std::string message) const {
        return invalid_input(std::move(message), fmt::format("{}:{}", file_, line));
    }
    [[nodiscard]] CsvCell cell(const CsvRow& row, std::size_t column) const {
        return {row.fields[where_[column]], kColumns[column], file_, row.line};
    }

    Result<void> take_header(const CsvRow& row) {
        Result<CsvHeader> header = CsvHeader::make(row, file_);
        if (!header) return header.error();
        for (std::size_t i = 0; i < kColumns.size(); ++i) {
            const auto column = header->find(kColumns[i]);
            if (!column) return header->error(fmt::format("no column {}", kColumns[i]));
            where_[i] = *column;
        }
        for (const std::string& name : header->names()) {
            if (std::ranges::find(kColumns, name) == kColumns.end()) {
                return header->error(fmt::format("unknown column \"{}\"", name));
            }
        }
        header_ = *std::move(header);
        return {};
    }

    static Result<std::int64_t> read_time(const CsvCell& cell) {
        const Decimal seconds = parse_decimal(cell.text, 0);
        if (seconds.fault || seconds.count < -kTimeMax || seconds.count > kTimeMax) {
            return cell.expected("whole seconds");
        }
        return seconds.count;
    }

    Result<void> begin_time(std::int64_t time, std::size_t line) {
        if (time_) {
            if (Result<void> ended = end_time(line); !ended) return ended;
            const std::int64_t step = time - *time_;
            if (step <= 0) return at(line, fmt::format("time {} follows time {}", time, *time_));
            if (steps_ == 1) into_.step_s = step;
            if (step != into_.step_s) {
                return at(line, fmt::format("time {} is {} s after the one before, expected {} s "
                                            "as between the first two",
                                            time, step, into_.step_s));
            }
        } else {
            into_.begin_s = time;
        }
        time_ = time;
        ++steps_;
        return {};
    }

    Result<void> end_time(std::size_t line) const {
        for (std::size_t s = 0; s < into_.rates.size(); ++s) {
            if (into_.rates[s].size() == steps_) continue;
            return at(line, fmt::format("no rate of service \"{}\" at time {}", into_.services[s],
                                        *time_));
        }
        return {};
    }

    Result<void> take_rate(const CsvRow& row) {
        Result<std::string> name = cell(row, 1).name();
        if (!name) return name.error();
        const auto [known, is_new] = numbers_.emplace(*name, into_.services.size());
        if (is_new) {
            if (steps_ > 1) {
                return at(row.line,
                          fmt::format("service \"{}\" has no rate at the times before", *name));
            }
            into_.services.push_back(*std::move(name));
            into_.rates.emplace_back();
        }
        std::vector<Rate>& rates = into_.rates[known->second];
        if (rates.size() == steps_) {
            return at(row.line, fmt::format("a second rate of service \"{}\" at time {}",
                                            known->first, *time_));
        }
        const CsvCell given = cell(row, 2);
        const Decimal rate = parse_decimal(given.text, kRatePlaces, Rounding::kUp);
        if (rate.fault || rate.count < 0 || rate.count > kRateRule.max || given.text[0] == '-') {
            return given.expected("requests per second, 0 to 10^12");
        }
        rates.emplace_back(rate.count);
        return {};
    }

    std::string file_;
    RatesFile& into_;
    std::optional<CsvHeader> header_;
    std::array<std::size_t, kColumns.size()> where_{};
    std::map<std::string, std::size_t> numbers_;  // of services
    std::optional<std::int64_t> time_;            // of the rows being read
    std::size_t steps_ = 0;
    std::size_t last_line_ = 0;
};

// Quoted wherever a reader could take it for something else.
std::string field(const std::string& text) {
    const bool plain = text.find_first_of(",\"\r\n#") == std::string::npos &&
                       text.find_first_of(" \t") != 0 && !text.ends_with(' ');
    if (plain) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

}  // namespace

Result<RatesFile> parse_rates(std::string_view text, const std::string& file) {
    const Result<std::string_view> checked = check_text(text, file);
    if (!checked) return checked.error();
    RatesFile rates;
    const Result<std::string> table = take_notes(*checked, file, rates.notes);
    if (!table) return table.error();
    Reader reader(file, rates);
    const Result<void> read =
        read_csv(*table, file, [&](const CsvRow& row) { return reader.take(row); });
    if (!read) return read.error();
    const Result<void> finished = reader.finish();
    if (!finished) return finished.error();
    return rates;
}

Result<RatesFile> read_rates(const std::filesystem::path& path) {
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    return parse_rates(*text, path.string());
}

std::string write_rates(const RatesFile& rates) {
    std::string out = fmt::format("{}\n", kFirstLine);
    for (const std::string& note : rates.notes) out += fmt::format("# {}\n", note);
    out += "time_s,service,rate_rps\n";
    const std::size_t steps = rates.rates.empty() ? 0 : rates.rates.front().size();
    for (std::size_t i = 0; i < steps; ++i) {
        const std::int64_t time = rates.begin_s + static_cast<std::int64_t>(i) * rates.step_s;
        for (std::size_t s = 0; s < rates.services.size(); ++s) {
            fmt::format_to(std::back_inserter(out), "{},{},{}\n", time, field(rates.services[s]),
                           rps_text(rates.rates[s][i]));
        }
    }
    return out;
}

Result<controller::Recording> recording_of(const RatesFile& rates, const workload::Problem& problem,
                                           const std::string& file) {
    controller::Recording recording;
    recording.step = std::chrono::seconds(rates.step_s);
    // The last step that does not lie before 0 begins it all: times need not hit 0.
    const std::int64_t past = std::max<std::int64_t>(0, -rates.begin_s);
    recording.first = static_cast<std::size_t>((past + rates.step_s - 1) / rates.step_s);
    std::map<std::string, std::size_t> numbers;
    for (std::size_t s = 0; s < rates.services.size(); ++s) numbers.emplace(rates.services[s], s);
    std::vector<std::string> names;
    for (const workload::Service& service : problem.services) {
        names.push_back(service.name);
        const auto at = numbers.find(service.name);
        if (at == numbers.end()) {
            return invalid_input(
                fmt::format("no rates of the problem's service \"{}\"", service.name), file);
        }
        recording.rates.push_back(rates.rates[at->second]);
        numbers.erase(at);
    }
    if (!numbers.empty()) {
        const std::string& name = numbers.begin()->first;
        return invalid_input(
            fmt::format("the problem has no service \"{}\"{}", name, nearest_hint(name, names)),
            file);
    }
    return recording;
}

}  // namespace tangram::io
