#include "base/amount_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace tangram {
namespace {

TEST(AmountText, WritesTheExactDecimal) {
    EXPECT_EQ(decimal_text(83'500, 3), "83.5");
    EXPECT_EQ(decimal_text(1, 3), "0.001");
    EXPECT_EQ(decimal_text(-2'000, 3), "-2");
    EXPECT_EQ(decimal_text(-1, 6), "-0.000001");
    EXPECT_EQ(decimal_text(0, 3), "0");
    EXPECT_EQ(decimal_text(7, 0), "7");
    EXPECT_EQ(decimal_text(1'000'000'000'000'000'001, 18), "1.000000000000000001");
}

TEST(AmountText, HasNoOverflow) {
    EXPECT_EQ(decimal_text(std::numeric_limits<std::int64_t>::min(), 0), "-9223372036854775808");
    EXPECT_EQ(decimal_text(std::numeric_limits<std::int64_t>::max(), 3), "9223372036854775.807");
}

TEST(AmountText, KnowsTheUnitsOfQuantities) {
    EXPECT_EQ(rps_text(Rate{74'408}), "74.408");
    EXPECT_EQ(ms_text(Duration{1'500'000}), "1.5");
    EXPECT_EQ(cost_text(Cost{2'250'000}), "2.25");
    EXPECT_EQ(share_text(Share{950'000}), "0.95");
}

}  // namespace
}  // namespace tangram
