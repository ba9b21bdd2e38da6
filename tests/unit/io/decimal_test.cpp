#include "io/decimal.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tangram::io {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

std::int64_t count(std::string_view text, int digits, Rounding rounding = Rounding::kExact) {
    const Decimal decimal = parse_decimal(text, digits, rounding);
    EXPECT_FALSE(decimal.fault) << text;
    return decimal.count;
}

TEST(Decimal, ReadsWhatIsWritten) {
    EXPECT_EQ(count("74.408", 3), 74'408);
    EXPECT_EQ(count("843", 3), 843'000);
    EXPECT_EQ(count("-5", 0), -5);
    EXPECT_EQ(count("+5", 0), 5);
    EXPECT_EQ(count(".5", 1), 5);
    EXPECT_EQ(count("5.", 1), 50);
    EXPECT_EQ(count("0", 9), 0);
    EXPECT_EQ(count("-0.0", 1), 0);
    EXPECT_EQ(count("007", 0), 7);
}

TEST(Decimal, ExponentsMoveThePoint) {
    EXPECT_EQ(count("1e3", 0), 1'000);
    EXPECT_EQ(count("1.25E+2", 0), 125);
    EXPECT_EQ(count("12500e-2", 0), 125);
    EXPECT_EQ(count("1e-3", 3), 1);
    EXPECT_EQ(count("0e999999999999999999999", 3), 0);
}

TEST(Decimal, NoDoubleInBetween) {
    EXPECT_EQ(count("0.1", 18), 100'000'000'000'000'000);
    EXPECT_EQ(count("9007199254740993", 0), 9'007'199'254'740'993);  // 2^53 + 1
    EXPECT_EQ(count("4.35", 2), 435);                                // 434.99999999999994 as double
}

TEST(Decimal, RoundsAsAsked) {
    EXPECT_EQ(count("1.0001", 3, Rounding::kUp), 1'001);
    EXPECT_EQ(count("1.0009", 3, Rounding::kDown), 1'000);
    EXPECT_EQ(count("-1.0001", 3, Rounding::kUp), -1'000);
    EXPECT_EQ(count("-1.0001", 3, Rounding::kDown), -1'001);
    EXPECT_EQ(count("1.0000000", 3, Rounding::kUp), 1'000);
    EXPECT_EQ(count("1e-400", 3, Rounding::kUp), 1);
    EXPECT_EQ(count("1e-400", 3, Rounding::kDown), 0);
    EXPECT_EQ(parse_decimal("1.0001", 3).fault, DecimalFault::kTooPrecise);
}

TEST(Decimal, EndsOfTheRange) {
    EXPECT_EQ(count("9223372036854775807", 0), kMax);
    EXPECT_EQ(count("-9223372036854775807", 0), -kMax);
    EXPECT_EQ(count("9223372036854775806.5", 0, Rounding::kUp), kMax);
    for (const char* text : {"9223372036854775808", "-9223372036854775808", "1e400", "1e19",
                             "9223372036854775807.5", "1e99999999999999999999999"}) {
        EXPECT_EQ(parse_decimal(text, 0, Rounding::kUp).fault, DecimalFault::kTooLarge) << text;
    }
    EXPECT_EQ(parse_decimal("1e18", 1).fault, DecimalFault::kTooLarge);
    EXPECT_EQ(parse_decimal(std::string(100'000, '9'), 0).fault, DecimalFault::kTooLarge);
    EXPECT_EQ(count(std::string(100'000, '0') + "1", 0), 1);
}

TEST(Decimal, RefusesWhatIsNoDecimal) {
    for (const char* text :
         {"",     ".",    "-",   "+",     "e5", "1e", "1e+",   "nan", "NaN",   "inf",
          "-inf", "0x10", "1,5", "1 000", " 1", "1 ", "1.2.3", "--1", "1e2.5", "½"}) {
        EXPECT_FALSE(is_decimal(text)) << text;
        EXPECT_EQ(parse_decimal(text, 3).fault, DecimalFault::kNotANumber) << text;
    }
}

}  // namespace
}  // namespace tangram::io
