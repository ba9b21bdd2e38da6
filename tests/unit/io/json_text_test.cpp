#include "io/json_text.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

TEST(JsonText, EscapesWhatMustBe) {
    EXPECT_EQ(quoted_json("plain"), "\"plain\"");
    EXPECT_EQ(quoted_json(""), "\"\"");
    EXPECT_EQ(quoted_json("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(quoted_json(std::string_view("\n\t\r\x01\x7F\0", 6)),
              "\"\\n\\t\\r\\u0001\\u007f\\u0000\"");
    EXPECT_EQ(quoted_json("\xC3\xA4\xF0\x9F\x98\x80"), "\"\xC3\xA4\xF0\x9F\x98\x80\"");
    EXPECT_EQ(quoted_json("\xFFx\xC3"), "\"\xEF\xBF\xBDx\xEF\xBF\xBD\"");
}

TEST(JsonText, EveryByteReadsBack) {
    for (int byte = 1; byte < 0x80; ++byte) {
        const std::string text = std::string("<") + static_cast<char>(byte) + ">";
        const Document json = test::json(quoted_json(text));
        EXPECT_EQ(json.root().text(), text) << byte;
        const Document yaml = test::yaml("a: " + quoted_json(text));
        EXPECT_EQ(yaml.root().find("a")->text(), text) << byte;
    }
}

}  // namespace
}  // namespace tangram::io
