// What every reader of a CSV table needs: columns by name, and cells read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/csv.h"
#include "io/decimal.h"

namespace tangram::io {

// The header row: where each column is.
class CsvHeader {
public:
    // Fails if a column has no name or two share one.
    [[nodiscard]] static Result<CsvHeader> make(const CsvRow& row, const std::string& place);

    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    // An error at the header row.
    [[nodiscard]] Error error(std::string message) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    // Fails on a row with more or fewer fields than the header.
    [[nodiscard]] Result<void> check(const CsvRow& row) const;

private:
    CsvHeader(std::vector<std::string> names, std::string place, std::size_t line)
        : names_(std::move(names)), place_(std::move(place)), line_(line) {}

    std::vector<std::string> names_;
    std::string place_;  // the file
    std::size_t line_;
};

// One cell, with what an error message about it needs. Borrows everything; lives for a statement.
struct CsvCell {
    std::string_view text;
    std::string_view column;
    std::string_view place;  // the file
    std::size_t line = 0;

    [[nodiscard]] bool blank() const { return text.empty(); }
    // "FILE:LINE: column NAME: found "TEXT", expected EXPECTED".
    [[nodiscard]] Error expected(std::string_view what) const;
    // Not blank, one line, and at most kCsvTextMax bytes.
    [[nodiscard]] Result<std::string> name() const;
    // The same, but may be blank.
    [[nodiscard]] Result<std::string> optional_name() const;
    // A decimal x 10^places in (0, max]; `max` in the unit of the text.
    [[nodiscard]] Result<std::int64_t> positive(int places, Rounding rounding,
                                                std::int64_t max) const;
    // A whole number in [1, max].
    [[nodiscard]] Result<int> whole(int max) const;
};

inline constexpr std::size_t kCsvTextMax = 1'000;

}  // namespace tangram::io
