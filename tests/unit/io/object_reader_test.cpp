#include "io/object_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "unit/io/text_support.h"

namespace tangram::io {
namespace {

// The error of reading the YAML text with `read`; "" if there is none.
std::string error_when(const std::string& text,
                       const std::function<void(Value, FirstError&)>& read) {
    const Document document = test::yaml(text);
    FirstError error;
    read(document.root(), error);
    return error ? error.error->text() : "";
}

TEST(ObjectReader, ReadsTypedFields) {
    const Document document =
        test::yaml("name: bert\nrate: 843.0001\ncount: 16\nflag: true\nwait: 1.5\nnothing: ~\n");
    FirstError error;
    ObjectReader fields(document.root(), error,
                        {"name", "rate", "count", "flag", "wait", "nothing", "other"});
    EXPECT_EQ(fields.text("name"), "bert");
    EXPECT_EQ(fields.number("rate", kRateRule), 843'001);
    EXPECT_EQ(fields.integer("count", 0, 100), 16);
    EXPECT_TRUE(fields.boolean("flag"));
    EXPECT_EQ(fields.optional_number("wait", kWaitMsRule), 1'500'000);
    EXPECT_FALSE(fields.optional_integer("other", 0, 1));
    EXPECT_FALSE(fields.optional_text("nothing"));
    EXPECT_FALSE(error);
}

TEST(ObjectReader, UnknownFieldsNameTheNearest) {
    const auto read = [](Value value, FirstError& error) {
        ObjectReader(value, error, {"max_processes", "model", "rate"});
    };
    EXPECT_EQ(error_when("rate: 1\nmodle: x\n", read),
              "f.yaml:2: modle: unknown field; nearest: model");
    EXPECT_EQ(error_when("zzzzzz: x\n", read),
              "f.yaml:1: zzzzzz: unknown field, expected one of: max_processes, model, rate");
    EXPECT_EQ(error_when("- a\n", read),
              "f.yaml:1: found a list, expected an object (fields with names)");
}

TEST(ObjectReader, MissingFieldsNameTheObject) {
    const auto read = [](Value value, FirstError& error) {
        (void)ObjectReader(*value.find("a"), error, {"x"}).require("x");
    };
    EXPECT_EQ(error_when("a: {}\n", read), "f.yaml:1: a: the field \"x\" is missing");
    EXPECT_EQ(error_when("a: {x: ~}\n", read), "f.yaml:1: a: the field \"x\" is missing");
}

TEST(ObjectReader, TheFirstErrorWins) {
    FirstError error;
    const Document document = test::yaml("b: 1\n");
    ObjectReader fields(document.root(), error, {"a", "b"});
    EXPECT_EQ(fields.text("a"), "");
    EXPECT_EQ(fields.text("b"), "");
    EXPECT_EQ(error.error->text(), "f.yaml:1: the field \"a\" is missing");
}

std::string number_error(const std::string& text, const NumberRule& rule) {
    return error_when("a: " + text + "\n", [&](Value value, FirstError& error) {
        EXPECT_EQ(read_number(*value.find("a"), rule, error), 0);
    });
}

TEST(ReadNumber, SaysWhatWasFoundAndExpected) {
    EXPECT_EQ(number_error("-5", kRateRule),
              "f.yaml:1: a: found -5, expected requests per second, 0 to 10^12");
    EXPECT_EQ(
        number_error("'5'", kRateRule),
        "f.yaml:1: a: found \"5\", expected requests per second, 0 to 10^12; write it without "
        "quotes");
    EXPECT_THAT(number_error("1.0000001", kCostRule), testing::EndsWith("more than 6 decimals"));
    for (const char* text : {".nan", ".inf", "-.inf", "1e400", "1e13", "x", "true", "~", "[1]",
                             "{b: 1}", "1e999999999999"}) {
        EXPECT_NE(number_error(text, kRateRule), "") << text;
    }
    EXPECT_NE(number_error("0", kLimitMsRule), "");
    EXPECT_NE(number_error("1e10", kLimitMsRule), "");
    EXPECT_NE(number_error("0.0000001", kLimitMsRule), "");  // below a nanosecond
}

TEST(ReadNumber, LimitsAreIncluded) {
    const auto read = [](const std::string& text, const NumberRule& rule) {
        const Document document = test::yaml("a: " + text + "\n");
        FirstError error;
        const std::int64_t number = read_number(*document.root().find("a"), rule, error);
        EXPECT_FALSE(error) << text;
        return number;
    };
    EXPECT_EQ(read("0", kRateRule), 0);
    EXPECT_EQ(read("1e12", kRateRule), 1'000'000'000'000'000);
    EXPECT_EQ(read("1e9", kLimitMsRule), 1'000'000'000'000'000);
    EXPECT_EQ(read("83.5", kLimitMsRule), 83'500'000);
    EXPECT_EQ(read("0.0001", kRateRule), 1);
    EXPECT_EQ(read("74.4089", kThroughputRule), 74'408);
}

TEST(ReadInteger, OnlyWholeNumbersInRange) {
    const auto error = [](const std::string& text) {
        return error_when("a: " + text + "\n", [](Value value, FirstError& first) {
            (void)read_integer(*value.find("a"), 1, 8, first);
        });
    };
    EXPECT_EQ(error("8"), "");
    EXPECT_EQ(error("8.0"), "");
    EXPECT_EQ(error("9"), "f.yaml:1: a: found 9, expected a whole number from 1 to 8");
    EXPECT_NE(error("1.5"), "");
    EXPECT_NE(error("0"), "");
    EXPECT_NE(error("99999999999999999999"), "");
}

TEST(ReadText, NotEmptyNoControlCharacters) {
    const auto error = [](const std::string& text) {
        return error_when("a: " + text + "\n", [](Value value, FirstError& first) {
            (void)read_text(*value.find("a"), first);
        });
    };
    EXPECT_EQ(error("x y"), "");
    EXPECT_EQ(error("5"), "f.yaml:1: a: found 5, expected text; put it in quotes");
    EXPECT_NE(error("true"), "");
    EXPECT_NE(error("''"), "");
    EXPECT_NE(error("\"a\\nb\""), "");
    EXPECT_NE(error("\"a\\0b\""), "");
    EXPECT_NE(error("[x]"), "");
}

TEST(ReadShare, NumbersAndPercent) {
    const auto share = [](const std::string& text) {
        const Document document = test::yaml("a: " + text + "\n");
        FirstError error;
        const Share found = read_share(*document.root().find("a"), error);
        return error ? -1 : found.count();
    };
    EXPECT_EQ(share("1"), 1'000'000);
    EXPECT_EQ(share("0.5"), 500'000);
    EXPECT_EQ(share("100%"), 1'000'000);
    EXPECT_EQ(share("12.5%"), 125'000);
    for (const char* text : {"0", "1.1", "0%", "101%", "'%'", "x%", "-5%", "nan", "'0.5'"}) {
        EXPECT_EQ(share(text), -1) << text;
    }
}

TEST(ReadWord, ListsTheWords) {
    constexpr std::array<std::string_view, 3> kWords = {"none", "gpu", "node"};
    const auto error = [&](const std::string& text) {
        return error_when("a: " + text + "\n", [&](Value value, FirstError& first) {
            (void)read_word(*value.find("a"), kWords, first);
        });
    };
    EXPECT_EQ(error("node"), "");
    EXPECT_EQ(
        error("nodes"),
        "f.yaml:1: a: found \"nodes\", expected one of: none, gpu, node; nearest: node, none");
    EXPECT_NE(error("5"), "");
}

TEST(ExpectFormat, NameAndVersion) {
    const auto error = [](const std::string& text) {
        return error_when(text, [](Value value, FirstError& first) {
            ObjectReader fields(value, first, {"format", "version"});
            expect_format(fields, "tangram/problem", first);
        });
    };
    EXPECT_EQ(error("format: tangram/problem\nversion: 1\n"), "");
    EXPECT_EQ(error("format: tangram/plan\nversion: 1\n"),
              "f.yaml:1: format: found \"tangram/plan\", expected tangram/problem");
    EXPECT_THAT(error("format: tangram/problem\nversion: 2\n"), testing::HasSubstr("found 2"));
    EXPECT_THAT(error("version: 1\n"), testing::HasSubstr("\"format\" is missing"));
    EXPECT_THAT(error("format: tangram/problem\n"), testing::HasSubstr("\"version\" is missing"));
}

}  // namespace
}  // namespace tangram::io
