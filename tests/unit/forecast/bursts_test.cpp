#include "forecast/bursts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tangram::forecast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Rate> rates(std::initializer_list<std::int64_t> values) {
    std::vector<Rate> result;
    for (const std::int64_t value : values) result.emplace_back(value);
    return result;
}

constexpr Share kAbove{1'500'000};

// The median is 10, so 15 is not above one and a half of it.
TEST(Bursts, StretchesAboveTheMedian) {
    const std::vector<Rate> day = rates({20, 10, 10, 16, 40, 10, 15, 9, 8, 30});
    EXPECT_THAT(bursts(day, kAbove),
                ElementsAre(Burst{0, 1, Rate{10}}, Burst{3, 5, Rate{10}}, Burst{9, 10, Rate{8}}));
    EXPECT_THAT(bursts({}, kAbove), IsEmpty());
    EXPECT_THAT(bursts(rates({7, 7, 7}), kAbove), IsEmpty());
}

TEST(Bursts, AShareIsMissed) {
    std::vector<Rate> day(3'000, Rate{10});
    for (std::size_t t = 1; t < day.size(); t += 3) day[t] = Rate{90};
    BurstOptions options;
    EXPECT_THAT(missed_bursts(day, options, 0), IsEmpty());
    options.missed = Share{kSharePerOne};
    EXPECT_EQ(missed_bursts(day, options, 0), bursts(day, kAbove));
    options.missed = Share{300'000};
    const std::vector<Burst> some = missed_bursts(day, options, 0);
    EXPECT_NEAR(static_cast<double>(some.size()), 300, 60);
    EXPECT_EQ(some, missed_bursts(day, options, 0));
    EXPECT_NE(some, missed_bursts(day, options, 1));
}

// What has begun and was seen is forecast as the method does.
TEST(Bursts, UnseenUntilTheFirstStep) {
    const std::vector<Burst> missed = {{4, 7, Rate{10}}};
    const auto forecast = [&](std::size_t now, std::size_t seen) {
        std::vector<Rate> values = rates({5, 50, 50, 50, 50});
        miss(values, now, seen, missed);
        return values;
    };
    EXPECT_EQ(forecast(3, 3), rates({5, 10, 10, 10, 50}));
    EXPECT_EQ(forecast(4, 4), rates({5, 10, 10, 50, 50}));
    EXPECT_EQ(forecast(5, 5), rates({5, 50, 50, 50, 50}));
    EXPECT_EQ(forecast(6, 4), rates({5, 50, 50, 50, 50}));
    EXPECT_EQ(forecast(8, 4), rates({5, 50, 50, 50, 50}));
    EXPECT_EQ(forecast(0, 0), rates({5, 50, 50, 50, 10}));
}

}  // namespace
}  // namespace tangram::forecast
