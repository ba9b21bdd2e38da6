#include "io/json_text.h"

#include <fmt/format.h>

#include <iterator>

#include "io/utf8.h"

namespace tangram::io {
namespace {

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    }
}

bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F &&
           c != '"' && c != '\\';
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        if (is_plain(text[i])) {
            out += text[i++];
            continue;
        }
        const std::size_t length = utf8_length(text.substr(i));
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (length == 1) {
            append_escaped(out, text[i]);
        } else {
            out += text.substr(i, length);
        }
        i += length == 0 ? 1 : length;
    }
    out += '"';
}

std::string quoted_json(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

}  // namespace tangram::io
