// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace tangram::io {

// The number of bytes of the character at the front of `text`, which is not empty; 0 if it is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

// Where the text stops being UTF-8; npos if nowhere.
[[nodiscard]] std::size_t first_non_utf8(std::string_view text);

}  // namespace tangram::io
