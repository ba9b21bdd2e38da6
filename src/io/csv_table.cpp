#include "io/csv_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/amount_text.h"

namespace tangram::io {
namespace {

constexpr std::size_t kShownMax = 60;

std::string cut(std::string_view text) {
    if (text.size() <= kShownMax) {
        return std::string(text);
    }
    std::size_t end = kShownMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;  // not inside a character
    }
    return std::string(text.substr(0, end)) + "...";
}

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

}  // namespace

Result<CsvHeader> CsvHeader::make(const CsvRow& row, const std::string& place) {
    const std::string at = fmt::format("{}:{}", place, row.line);
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        const std::string& column = row.fields[i];
        if (column.empty()) {
            return invalid_input(fmt::format("column {} has no name", i + 1), at);
        }
        const auto end = row.fields.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(row.fields.begin(), end, column) != end) {
            return invalid_input(fmt::format("two columns are named \"{}\"", cut(column)), at);
        }
    }
    return CsvHeader(row.fields, place, row.line);
}

Error CsvHeader::error(std::string message) const {
    return invalid_input(std::move(message), fmt::format("{}:{}", place_, line_));
}

std::optional<std::size_t> CsvHeader::find(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names_.begin());
}

Result<void> CsvHeader::check(const CsvRow& row) const {
    if (row.fields.size() == names_.size()) {
        return {};
    }
    return invalid_input(fmt::format("found {} fields, expected {}, as in the header on line {}",
                                     row.fields.size(), names_.size(), line_),
                         fmt::format("{}:{}", place_, row.line));
}

Error CsvCell::expected(std::string_view what) const {
    const std::string found = blank() ? "nothing" : fmt::format("\"{}\"", cut(text));
    return invalid_input(fmt::format("column {}: found {}, expected {}", column, found, what),
                         fmt::format("{}:{}", place, line));
}

Result<std::string> CsvCell::name() const { return blank() ? expected("a name") : optional_name(); }

Result<std::string> CsvCell::optional_name() const {
    if (text.find_first_of("\r\n\t") != std::string_view::npos) {
        return expected("one line without tabs");
    }
    if (text.size() > kCsvTextMax) {
        return expected(fmt::format("at most {} bytes", kCsvTextMax));
    }
    return std::string(text);
}

Result<std::int64_t> CsvCell::positive(int places, Rounding rounding, std::int64_t max) const {
    const Decimal value = parse_decimal(text, places, rounding);
    const std::int64_t unit = power_of_ten(places);
    if (!value.fault && value.count > 0 && value.count <= max * unit) {
        return value.count;
    }
    if (!value.fault && value.count == 0 && parse_decimal(text, 0, Rounding::kUp).count > 0) {
        return expected("at least " + decimal_text(1, places));
    }
    return expected(fmt::format("a number above 0 and at most {}", max));
}

Result<int> CsvCell::whole(int max) const {
    const Decimal value = parse_decimal(text, 0);
    if (value.fault || value.count < 1 || value.count > max) {
        return expected(fmt::format("a whole number from 1 to {}", max));
    }
    return static_cast<int>(value.count);
}

}  // namespace tangram::io
