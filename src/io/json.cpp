#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/parse.h"
#include "io/tree.h"

namespace tangram::io {
namespace {

using nlohmann::json;

// The parser's events, straight into the tree; a false result ends the parse.
class JsonEvents : public nlohmann::json_sax<json> {
public:
    JsonEvents(std::string_view text, const std::string& file)
        : builder_(file), text_(text), file_(file) {}

    bool null() override { return builder_.scalar(Kind::kNull, "", 0); }
    bool boolean(bool value) override { return builder_.boolean(value, 0); }
    bool number_integer(number_integer_t value) override { return number(fmt::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(fmt::to_string(value)); }
    bool number_float(number_float_t, const string_t& digits) override { return number(digits); }
    bool string(string_t& value) override { return builder_.scalar(Kind::kText, value, 0); }
    bool binary(binary_t&) override { return false; }  // JSON text has none
    bool start_object(std::size_t) override { return builder_.open(Kind::kObject, 0); }
    bool start_array(std::size_t) override { return builder_.open(Kind::kArray, 0); }
    bool end_object() override { return builder_.close(); }
    bool end_array() override { return builder_.close(); }
    bool key(string_t& name) override { return builder_.key(name, 0); }
    bool parse_error(std::size_t position, const std::string&,
                     const json::exception& exception) override;

    [[nodiscard]] TreeBuilder& builder() { return builder_; }
    [[nodiscard]] const std::optional<Error>& syntax_error() const { return syntax_error_; }

private:
    bool number(std::string_view digits) { return builder_.scalar(Kind::kNumber, digits, 0); }

    TreeBuilder builder_;
    std::string_view text_;
    const std::string& file_;
    std::optional<Error> syntax_error_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..." says
// the same place in its own way: keep what follows it.
std::string without_prefix(std::string_view message) {
    if (const std::size_t at = message.find("] "); at != std::string_view::npos) {
        message.remove_prefix(at + 2);
    }
    if (message.starts_with("parse error")) {
        const std::size_t at = message.find(": ");
        if (at != std::string_view::npos) message.remove_prefix(at + 2);
    }
    return std::string(message);
}

bool JsonEvents::parse_error(std::size_t position, const std::string&,
                             const json::exception& exception) {
    // The position counts the bytes read, the offending one included.
    const std::string_view before = text_.substr(0, position > 0 ? position - 1 : 0);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    syntax_error_ =
        invalid_input(without_prefix(exception.what()),
                      fmt::format("{}:{}:{}", file_, std::ranges::count(before, '\n') + 1,
                                  before.size() - line_start + 1));
    return false;
}

}  // namespace

Result<Document> parse_json(std::string_view text, const std::string& file) {
    const Result<std::string_view> checked = check_text(text, file);
    if (!checked) return checked.error();
    JsonEvents events(*checked, file);
    const bool read = json::sax_parse(checked->begin(), checked->end(), &events);
    if (events.syntax_error()) return *events.syntax_error();
    if (events.builder().error()) return *events.builder().error();
    CHECK(read);
    return std::move(events.builder()).finish();
}

}  // namespace tangram::io
