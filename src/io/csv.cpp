#include "io/csv.h"

#include <csv.h>

#include <istream>
#include <optional>

#include "io/parse.h"

namespace tangram::io {
namespace {

constexpr std::size_t kChunkBytes = 1 << 16;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The parser of libcsv, and the row it is in.
class Parser {
public:
    Parser() { ready_ = csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) == 0; }
    ~Parser() {
        if (ready_) {
            csv_free(&parser_);
        }
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    [[nodiscard]] bool ready() const { return ready_; }
    // False if the line breaks the rules of CSV. A line completes at most one row.
    bool feed(std::string_view line) {
        return csv_parse(&parser_, line.data(), line.size(), &on_field, &on_row, this) ==
               line.size();
    }
    // Ends the last row; false if a quote is still open.
    bool finish() { return csv_fini(&parser_, &on_field, &on_row, this) == 0; }

    [[nodiscard]] bool row_complete() const { return complete_; }
    // The complete row; until the next feed().
    CsvRow& row() {
        row_.fields.resize(used_);
        return row_;
    }
    void next_row() {
        complete_ = false;
        used_ = 0;
    }

private:
    // Field strings are reused from row to row, so most rows allocate nothing.
    static void on_field(void* data, std::size_t size, void* self) {
        auto& parser = *static_cast<Parser*>(self);
        if (parser.used_ == parser.row_.fields.size()) {
            parser.row_.fields.emplace_back();
        }
        parser.row_.fields[parser.used_++].assign(static_cast<const char*>(data), size);
    }
    static void on_row(int, void* self) { static_cast<Parser*>(self)->complete_ = true; }

    csv_parser parser_{};
    bool ready_ = false;
    CsvRow row_;
    std::size_t used_ = 0;
    bool complete_ = false;
};

std::optional<char> control_character(std::string_view line) {
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
            return c;
        }
    }
    return std::nullopt;
}

std::string hex(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

// Cuts text into lines, watches over what they hold and hands complete rows to the visitor.
class Reader {
public:
    Reader(const std::string& place, const CsvVisitor& visit) : place_(place), visit_(visit) {}

    // `more` is the next piece of the text; `last` if none follows.
    Result<void> take(std::string_view more, bool last) {
        rest_.append(more);
        std::string_view text = rest_;
        if (first_) {
            if (text.size() < kByteOrderMark.size() && !last) {
                return {};
            }
            first_ = false;
            if (text.starts_with(kByteOrderMark)) {
                text.remove_prefix(kByteOrderMark.size());
            }
        }
        while (const std::size_t length = line_length(text, last)) {
            if (Result<void> taken = take_line(text.substr(0, length)); !taken) {
                return taken;
            }
            text.remove_prefix(length);
        }
        if (text.size() > kCsvRowBytesMax) {
            return too_long();
        }
        rest_.erase(0, rest_.size() - text.size());
        return last ? finish() : Result<void>{};
    }

private:
    // Bytes of the first line with its line end ("\n", "\r\n" or "\r"); 0 if it is not complete.
    static std::size_t line_length(std::string_view text, bool last) {
        const std::size_t end = text.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            return last ? text.size() : 0;
        }
        if (text[end] == '\n') {
            return end + 1;
        }
        if (end + 1 == text.size()) {
            return last ? end + 1 : 0;  // a "\n" may follow
        }
        return end + (text[end + 1] == '\n' ? 2 : 1);
    }

    Result<void> take_line(std::string_view line) {
        ++line_;
        if (row_bytes_ == 0) {
            row_line_ = line_;
        }
        row_bytes_ += line.size();
        if (row_bytes_ > kCsvRowBytesMax) {
            return too_long();
        }
        if (const std::optional<char> c = control_character(line)) {
            return invalid_input("binary data, byte " + hex(*c) + ": expected a CSV table",
                                 at(line_));
        }
        const bool blank = line.find_first_not_of(" \t\r\n") == std::string_view::npos;
        if (const auto checked = check_text(line, place_); !blank && !checked) {
            return invalid_input(checked.error().message, at(line_));
        }
        if (!parser_.ready()) {
            return Error{ErrorCode::kInternal, "the CSV parser does not start", place_};
        }
        if (!parser_.feed(line)) {
            return invalid_input(
                "misplaced quote: quote the whole field and double the quotes inside", at(line_));
        }
        if (blank && !parser_.row_complete() && row_line_ == line_) {
            row_bytes_ = 0;
        }
        return hand_over();
    }

    Result<void> finish() {
        if (!parser_.finish()) {
            return invalid_input("the quoted field that starts in this row is never closed",
                                 at(row_line_));
        }
        return hand_over();
    }

    Result<void> hand_over() {
        if (!parser_.row_complete()) {
            return {};
        }
        CsvRow& row = parser_.row();
        row.line = row_line_;
        row_bytes_ = 0;
        Result<void> visited = visit_(row);
        parser_.next_row();
        return visited;
    }

    [[nodiscard]] Error too_long() const {
        return invalid_input("a row of more than " + std::to_string(kCsvRowBytesMax) +
                                 " bytes: expected a CSV table; is a quote not closed?",
                             at(row_bytes_ == 0 ? line_ + 1 : row_line_));
    }
    [[nodiscard]] std::string at(std::size_t line) const {
        return place_ + ":" + std::to_string(line);
    }

    const std::string& place_;
    const CsvVisitor& visit_;
    Parser parser_;
    std::string rest_;  // not yet a complete line
    bool first_ = true;
    std::size_t line_ = 0;       // of the last line taken
    std::size_t row_line_ = 0;   // where the current row starts
    std::size_t row_bytes_ = 0;  // of the current row so far; 0 between rows
};

}  // namespace

Result<void> read_csv(std::istream& in, const std::string& place, const CsvVisitor& visit) {
    Reader reader(place, visit);
    std::string chunk(kChunkBytes, '\0');
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
        const auto size = static_cast<std::size_t>(in.gcount());
        if (Result<void> taken = reader.take({chunk.data(), size}, false); !taken) {
            return taken;
        }
    }
    if (in.bad()) {
        return Error{ErrorCode::kInvalidInput, "reading failed", place};
    }
    return reader.take({}, true);
}

Result<void> read_csv(std::string_view text, const std::string& place, const CsvVisitor& visit) {
    Reader reader(place, visit);
    while (text.size() > kChunkBytes) {
        if (Result<void> taken = reader.take(text.substr(0, kChunkBytes), false); !taken) {
            return taken;
        }
        text.remove_prefix(kChunkBytes);
    }
    return reader.take(text, true);
}

}  // namespace tangram::io
