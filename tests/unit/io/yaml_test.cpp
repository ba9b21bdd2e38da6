#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "io/parse.h"
#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

std::string error(std::string_view text) { return test::error_of(parse_yaml(text, "f.yaml")); }

Kind kind_of(const std::string& scalar) {
    return test::yaml("a: " + scalar + "\n").root().find("a")->kind();
}
std::string text_of(const std::string& scalar) {
    return std::string(test::yaml("a: " + scalar + "\n").root().find("a")->text());
}

TEST(ParseYaml, PlainScalarsHaveTheTypesOfTheCoreSchema) {
    for (const char* text : {"", "~", "null", "Null", "NULL"}) {
        EXPECT_EQ(kind_of(text), Kind::kNull) << text;
    }
    for (const char* text : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
        EXPECT_EQ(kind_of(text), Kind::kBool) << text;
    }
    for (const char* text : {"0", "-5", "+5", "74.408", ".5", "5.", "1e3", "1.5E-3", ".nan", ".inf",
                             "-.INF", "0x1F", "0o17", "1e400"}) {
        EXPECT_EQ(kind_of(text), Kind::kNumber) << text;
    }
    for (const char* text : {"yes",     "no",   "on",    "off",   "y",      "nan", "inf",
                             "1,5",     "100%", "1.2.3", "1_000", "tRue",   "0b1", "2001-12-14",
                             "1g.10gb", "0xZZ", "'5'",   "\"5\"", "'true'", "\"\""}) {
        EXPECT_EQ(kind_of(text), Kind::kText) << text;
    }
    EXPECT_EQ(text_of("74.408"), "74.408");
    EXPECT_EQ(text_of("0x1F"), "31");
    EXPECT_EQ(text_of("0o17"), "15");
    EXPECT_EQ(text_of("'it''s'"), "it's");
    EXPECT_EQ(text_of("|\n  two\n  lines\nb: 1"), "two\nlines\n");
}

TEST(ParseYaml, BlockAndFlowMix) {
    const Document document = test::yaml(
        "services:\n"
        "- name: bert   # a comment\n"
        "  slo: {latency_ms: {max: 150, percentile: 99}}\n"
        "- {name: b, allow: [1, 2]}\n");
    const Value services = *document.root().find("services");
    ASSERT_EQ(services.size(), 2U);
    const Value max = *(*services.begin()).find("slo")->find("latency_ms")->find("max");
    EXPECT_EQ(max.text(), "150");
    EXPECT_EQ(max.place(), "f.yaml:3");
    EXPECT_EQ(max.path(), "services[0].slo.latency_ms.max");
}

TEST(ParseYaml, ByteOrderMarkAndCrlfAreAccepted) {
    const Document document = test::yaml("\xEF\xBB\xBF# c\r\na: 1\r\nb:\r\n  - x\r\n");
    EXPECT_EQ(document.root().find("a")->text(), "1");
    EXPECT_EQ((*document.root().find("b")->begin()).text(), "x");
    EXPECT_EQ((*document.root().find("b")->begin()).place(), "f.yaml:4");
}

TEST(ParseYaml, AnchorsAliasesAndTagsAreRefused) {
    EXPECT_THAT(error("a: &x 1\n"), testing::HasSubstr("f.yaml:1: YAML anchors"));
    EXPECT_THAT(error("a: &x [1]\n"), testing::HasSubstr("anchors"));
    EXPECT_THAT(error("a: 1\nb: &x {c: 1}\n"), testing::HasSubstr("f.yaml:2: YAML anchors"));
    EXPECT_THAT(error("&x a: 1\n"), testing::HasSubstr("anchors"));
    EXPECT_NE(error("a: *x\n"), "");
    EXPECT_THAT(error("a: !!str 1\n"), testing::HasSubstr("tags"));
    EXPECT_THAT(error("a: !mine {b: 1}\n"), testing::HasSubstr("tags"));
    EXPECT_THAT(error("a: !!int [1]\n"), testing::HasSubstr("tags"));
}

TEST(ParseYaml, BombsAreRefusedAtTheFirstAnchor) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 40; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last +
                "]\n";
    }
    EXPECT_THAT(error(bomb), testing::StartsWith("f.yaml:1: YAML anchors"));
}

TEST(ParseYaml, OneDocumentOnly) {
    EXPECT_EQ(error("---\na: 1\n...\n"), "");
    EXPECT_THAT(error("a: 1\n---\nb: 2\n"), testing::HasSubstr("f.yaml:2: a second document"));
    EXPECT_THAT(error("# nothing\n# at all\n"), testing::HasSubstr("comments only"));
}

TEST(ParseYaml, DuplicateFieldsAreRefused) {
    EXPECT_EQ(error("a: 1\nb:\n  c: 1\n  c: 2\n"), "f.yaml:4: b: the field \"c\" is given twice");
    EXPECT_THAT(error("a: 1\n\"a\": 2\n"), testing::HasSubstr("given twice"));
}

TEST(ParseYaml, OnlyScalarsNameFields) {
    EXPECT_THAT(error("? [a, b]\n: 1\n"), testing::HasSubstr("plain text"));
    EXPECT_THAT(error("? {a: b}\n: 1\n"), testing::HasSubstr("plain text"));
    EXPECT_THAT(error("~: 1\n"), testing::HasSubstr("without a name"));
}

TEST(ParseYaml, DepthIsLimited) {
    EXPECT_THAT(error(std::string(65, '[') + std::string(65, ']')),
                testing::HasSubstr("levels deep"));
    EXPECT_NE(error(std::string(10'000, '[')), "");
    EXPECT_NE(error(std::string(100'000, '{')), "");
    std::string deep;
    for (std::size_t i = 0; i < 1'000; ++i) deep += std::string(i, ' ') + "a:\n";
    EXPECT_THAT(error(deep), testing::HasSubstr("levels deep"));
}

TEST(ParseYaml, SyntaxErrorsNameTheLine) {
    EXPECT_THAT(error("a: 1\n  b: 2\n"), testing::StartsWith("f.yaml:2: "));
    EXPECT_THAT(error("a: 1\nb: [1, 2\n"), testing::StartsWith("f.yaml:"));
    for (const char* text :
         {"a: 'x\n", "\ta: 1\n", "a: b: c\n", "- a\nb: 1\n", "a: [1}\n", "a: @x\n", "a: %x\n",
          "a: \"\\q\"\n", "a: \"\\ud800\"\n", "a: \"x\n", "a: 'x\nb: 1\n", "- 'x\n- y\n\n"}) {
        EXPECT_NE(error(text), "") << text;
    }
}

TEST(ParseYaml, OnlyUtf8Text) {
    EXPECT_EQ(error(""), "f.yaml: the file is empty");
    EXPECT_THAT(error(std::string_view("a: \0", 4)), testing::HasSubstr("binary"));
    EXPECT_THAT(error("a: 1\nb: \xFE\n"), testing::StartsWith("f.yaml:2: "));
    EXPECT_THAT(error(std::string_view("\xFF\xFE\x61\x00", 4)), testing::HasSubstr("binary"));
}

TEST(ParseYaml, SizeIsLimited) {
    EXPECT_THAT(error(std::string(100'000'000, '#')), testing::HasSubstr("as JSON"));
}

}  // namespace
}  // namespace tangram::io
