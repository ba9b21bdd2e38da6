#include "io/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/utf8.h"

namespace tangram::io {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string line_place(std::string_view text, std::size_t offset, const std::string& file) {
    return fmt::format("{}:{}", file, std::ranges::count(text.substr(0, offset), '\n') + 1);
}

}  // namespace

Result<std::string_view> check_text(std::string_view text, const std::string& file) {
    if (text.find('\0') != std::string_view::npos) {
        return invalid_input("this is a binary file (it has NUL bytes), expected text", file);
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return invalid_input("the file is empty", file);
    }
    const std::size_t wrong = first_non_utf8(text);
    if (wrong != std::string_view::npos) {
        return invalid_input(fmt::format("the byte 0x{:02x} is not UTF-8 here",
                                         static_cast<unsigned char>(text[wrong])),
                             line_place(text, wrong, file));
    }
    return text;
}

bool looks_like_json(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

Result<Document> parse_yaml_or_json(std::string_view text, std::string file) {
    return looks_like_json(text) ? parse_json(text, file) : parse_yaml(text, std::move(file));
}

}  // namespace tangram::io
