#include "base/quantity.h"

#include <gtest/gtest.h>

#include <functional>
#include <type_traits>

namespace tangram {
namespace {

static_assert(!std::is_convertible_v<std::int64_t, Rate>);
static_assert(!std::is_convertible_v<Rate, Cost>);
static_assert(!std::is_invocable_v<std::plus<>, Rate, Cost>);

TEST(Quantity, AddsAndScales) {
    Rate rate{1500};
    rate += Rate{500};
    EXPECT_EQ(rate, Rate{2000});
    EXPECT_EQ(rate - Rate{3000}, Rate{-1000});
    EXPECT_EQ(rate * 3, Rate{6000});
    EXPECT_LT(Rate{1}, Rate{2});
    EXPECT_EQ(Rate{}.count(), 0);
}

TEST(Quantity, UnitsForPeople) {
    EXPECT_DOUBLE_EQ(requests_per_second(Rate{74'408}), 74.408);
    EXPECT_DOUBLE_EQ(cost_units(Cost{2'500'000}), 2.5);
    EXPECT_DOUBLE_EQ(milliseconds(Duration{13'500'000}), 13.5);
}

}  // namespace
}  // namespace tangram
