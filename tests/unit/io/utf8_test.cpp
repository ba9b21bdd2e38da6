#include "io/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tangram::io {
namespace {

// UTF-8 by the definition (RFC 3629, section 3).
std::string encoded(char32_t c) {
    const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
    if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePointAndNoOther) {
    for (char32_t c = 0; c < 0x120000; ++c) {
        const std::string bytes = encoded(c);
        const bool allowed = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        ASSERT_EQ(utf8_length(bytes), allowed ? bytes.size() : 0) << static_cast<unsigned>(c);
        if (bytes.size() > 1) {
            ASSERT_EQ(utf8_length(bytes.substr(0, bytes.size() - 1)), 0U);
        }
    }
}

TEST(Utf8, OverlongFormsAndStrayBytesAreRefused) {
    for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                             "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF5\x80\x80\x80", "\xFE",
                             "\xFF", "\xC3\x28", "\xE2\x28\xA1", "\xF0\x9F\x28\x80"}) {
        EXPECT_EQ(utf8_length(text), 0U);
    }
}

TEST(Utf8, FindsTheFirstWrongByte) {
    EXPECT_EQ(first_non_utf8(""), std::string_view::npos);
    EXPECT_EQ(first_non_utf8("a\xC3\xA4"), std::string_view::npos);
    EXPECT_EQ(first_non_utf8("a\xC3\xA4\xFF"), 3U);
    EXPECT_EQ(first_non_utf8("a\xC3"), 1U);
}

}  // namespace
}  // namespace tangram::io
