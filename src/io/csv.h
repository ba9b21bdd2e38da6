// CSV as a stream of rows (RFC 4180: quotes, doubled quotes, line breaks inside quotes), by libcsv.
// A byte-order mark at the start and CRLF line ends are tolerated; blank lines are skipped; spaces
// around an unquoted field are not part of it.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tangram::io {

struct CsvRow {
    std::vector<std::string> fields;
    std::size_t line = 0;  // where the row starts, from 1
};

// A row longer than this is refused: it is not a table, or a quote that is never closed.
inline constexpr std::size_t kCsvRowBytesMax = 1 << 20;

using CsvVisitor = std::function<Result<void>(const CsvRow&)>;

// Calls visit for each row in turn and ends at its first error, or with an error at "place:line"
// for text that is not CSV: binary data, bytes that are not UTF-8, misplaced or unclosed quotes.
// O(size) time, O(longest row) space.
[[nodiscard]] Result<void> read_csv(std::istream& in, const std::string& place,
                                    const CsvVisitor& visit);
[[nodiscard]] Result<void> read_csv(std::string_view text, const std::string& place,
                                    const CsvVisitor& visit);

}  // namespace tangram::io
