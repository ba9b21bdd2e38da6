#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/parse.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

std::string error(std::string_view text) { return test::error_of(parse_json(text, "f.json")); }

TEST(ParseJson, NumbersKeepTheirDigits) {
    const Document document = test::json(
        "[1, -7, 74.408, 1e3, 18446744073709551615, 99999999999999999999999, "
        "0.10000000000000000000000000001]");
    std::vector<std::string> texts;
    for (const Value number : document.root()) {
        EXPECT_TRUE(number.is(Kind::kNumber));
        texts.emplace_back(number.text());
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"1", "-7", "74.408", "1e3", "18446744073709551615",
                                               "99999999999999999999999",
                                               "0.10000000000000000000000000001"}));
}

TEST(ParseJson, TextIsUnescaped) {
    const Document document = test::json(R"(["a\"\\\n\u00e4\ud83d\ude00"])");
    EXPECT_EQ((*document.root().begin()).text(), "a\"\\\n\xC3\xA4\xF0\x9F\x98\x80");
}

TEST(ParseJson, ScalarsAreDocumentsToo) {
    EXPECT_TRUE(test::json("null").root().is(Kind::kNull));
    EXPECT_TRUE(test::json("true").root().boolean());
    EXPECT_FALSE(test::json(" false ").root().boolean());
}

TEST(ParseJson, ByteOrderMarkAndCrlfAreAccepted) {
    const Document document = test::json("\xEF\xBB\xBF{\r\n\"a\": 1\r\n}\r\n");
    EXPECT_EQ(document.root().find("a")->text(), "1");
}

TEST(ParseJson, SyntaxErrorsNameLineAndColumn) {
    EXPECT_THAT(error("{\n  \"a\": 1,\n  oops\n}"), testing::StartsWith("f.json:3:3: "));
    EXPECT_THAT(error("{\"a\": 1} x"), testing::HasSubstr("f.json:1:10: "));
    EXPECT_THAT(error("{\"a\": 1}{}"), testing::HasSubstr("f.json:1:9: "));
    for (const char* text : {"{", "[1,]", "{\"a\" 1}", "'a'", "01", "+1", "nan", "NaN", "Infinity",
                             "\"\t\"", "[1 2]", "tru", "// c\n1", "\"\\ud800\""}) {
        EXPECT_NE(error(text), "") << text;
    }
}

TEST(ParseJson, NumbersBeyondDoubleAreRefused) {
    EXPECT_THAT(error("[1e400]"), testing::HasSubstr("1e400"));
    EXPECT_EQ(error("[1e-400]"), "");
}

TEST(ParseJson, DuplicateFieldsAreRefused) {
    EXPECT_EQ(error(R"({"a": {"b": 1, "c": 2, "b": 3}})"),
              "f.json: a: the field \"b\" is given twice");
    std::string many = "{";
    for (int i = 0; i < 1'000; ++i) many += "\"k" + std::to_string(i) + "\": 0, ";
    EXPECT_EQ(error(many + "\"z\": 0}"), "");
    EXPECT_THAT(error(many + "\"k0\": 0}"), testing::HasSubstr("\"k0\" is given twice"));
    EXPECT_THAT(error(many + "\"k999\": 0}"), testing::HasSubstr("\"k999\" is given twice"));
}

TEST(ParseJson, DepthIsLimited) {
    const auto nested = [](int depth) {
        const auto count = static_cast<std::size_t>(depth);
        return std::string(count, '[') + std::string(count, ']');
    };
    EXPECT_EQ(error(nested(kDepthMax)), "");
    EXPECT_THAT(error(nested(kDepthMax + 1)), testing::HasSubstr("levels deep"));
    EXPECT_THAT(error(std::string(1'000'000, '[')), testing::HasSubstr("levels deep"));
    EXPECT_NE(error(std::string(50, '[')), "");
}

TEST(ParseJson, OnlyUtf8Text) {
    EXPECT_EQ(error(""), "f.json: the file is empty");
    EXPECT_EQ(error(" \r\n\t "), "f.json: the file is empty");
    EXPECT_THAT(error(std::string_view("{\0}", 3)), testing::HasSubstr("binary"));
    EXPECT_THAT(error("{\"a\":\n\"\xFF\"}"), testing::StartsWith("f.json:2: the byte 0xff"));
    EXPECT_NE(error("\"\xC0\xAF\""), "");      // overlong
    EXPECT_NE(error("\"\xED\xA0\x80\""), "");  // surrogate
    EXPECT_NE(error("\"\xF4\x90\x80\x80\""), "");
    EXPECT_NE(error("\"\xE2\x82\""), "");
    EXPECT_EQ(error("\"\xE2\x82\xAC \xF0\x9F\x98\x80 \xC3\xA4\""), "");
}

TEST(ParseJson, LooksLikeJson) {
    EXPECT_TRUE(looks_like_json("\xEF\xBB\xBF  {"));
    EXPECT_TRUE(looks_like_json("\n[1]"));
    EXPECT_FALSE(looks_like_json("format: x"));
    EXPECT_FALSE(looks_like_json(""));
    EXPECT_FALSE(looks_like_json("# {"));
}

}  // namespace
}  // namespace tangram::io
