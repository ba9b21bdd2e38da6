#include "forecast/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/methods.h"

namespace tangram::forecast {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> counts(const std::vector<Rate>& rates) {
    std::vector<std::int64_t> result;
    for (const Rate rate : rates) result.push_back(rate.count());
    return result;
}

std::vector<Rate> rates(std::initializer_list<std::int64_t> values) {
    std::vector<Rate> result;
    for (const std::int64_t value : values) result.emplace_back(value);
    return result;
}

TEST(Forecast, LastValueStays) {
    EXPECT_THAT(counts(last_value(rates({5, 7, 3}), 3)), ElementsAre(3, 3, 3));
    EXPECT_THAT(counts(last_value({}, 2)), ElementsAre(0, 0));
}

// (7 + 3 + 4) / 3 = 4.67, rounded up.
TEST(Forecast, MovingAverageOfTheWindow) {
    EXPECT_THAT(counts(moving_average(rates({100, 7, 3, 4}), 2, 3)), ElementsAre(5, 5));
    EXPECT_THAT(counts(moving_average(rates({6, 2}), 1, 10)), ElementsAre(4));
    EXPECT_THAT(counts(moving_average({}, 1, 3)), ElementsAre(0));
}

TEST(Forecast, SeasonalNaiveRepeatsTheSeason) {
    EXPECT_THAT(counts(seasonal_naive(rates({9, 1, 2, 3}), 5, 3)), ElementsAre(1, 2, 3, 1, 2));
    EXPECT_THAT(counts(seasonal_naive(rates({1, 2}), 2, 3)), ElementsAre(2, 2));
}

// Of five values the nearest rank of 50 % is the third, of 90 % the fifth.
TEST(Forecast, QuantileOfThePast) {
    const std::vector<Rate> past = rates({99, 5, 1, 4, 2, 3});
    EXPECT_THAT(counts(quantile_of_past(past, 1, 5, Share{500'000})), ElementsAre(3));
    EXPECT_THAT(counts(quantile_of_past(past, 1, 5, Share{900'000})), ElementsAre(5));
    EXPECT_THAT(counts(quantile_of_past(past, 1, 6, Share{1'000'000})), ElementsAre(99));
}

// By hand, with m = 2, a = b = g = 1/2 and 10, 20, 14: the start is l = 15, b = 0, s = -5, 5. Then
// l = (14 + 5)/2 + 15/2 = 17, s0 = (14 - 15)/2 - 5/2 = -3, b = (17 - 15)/2 = 1.
// One ahead 17 + 1 + 5 = 23, two ahead 17 + 2 - 3 = 16, three ahead 17 + 3 + 5 = 25.
TEST(Forecast, HoltWintersByHand) {
    const Smoothing half{Share{500'000}, Share{500'000}, Share{500'000}};
    EXPECT_THAT(counts(holt_winters(rates({10, 20, 14}), 3, 2, half)), ElementsAre(23, 16, 25));
}

TEST(Forecast, HoltWintersIsNeverNegativeAndNeedsASeason) {
    const Smoothing one{Share{1'000'000}, Share{1'000'000}, Share{0}};
    for (const Rate rate : holt_winters(rates({90, 90, 60, 30}), 8, 2, one)) {
        EXPECT_GE(rate, Rate{});
    }
    EXPECT_THAT(counts(holt_winters(rates({7}), 2, 2, {})), ElementsAre(7, 7));
}

// What repeats exactly is forecast exactly, whatever the smoothing.
TEST(Forecast, HoltWintersKeepsASeason) {
    std::vector<Rate> past;
    for (int i = 0; i < 30; ++i) past.emplace_back(1'000 + 100 * (i % 5));
    EXPECT_THAT(counts(holt_winters(past, 5, 5, {})), ElementsAre(1000, 1100, 1200, 1300, 1400));
}

TEST(Forecast, PerfectKnowsTheFuture) {
    Options options;
    options.method = Method::kPerfect;
    const std::vector<Rate> past = rates({1, 2}), future = rates({3, 4});
    EXPECT_THAT(counts(forecast({past, future}, 3, options)), ElementsAre(3, 4, 4));
    options.lag = 1;
    EXPECT_THAT(counts(forecast({past, future}, 3, options)), ElementsAre(2, 3, 4));
    EXPECT_THAT(counts(forecast({past, {}}, 1, options)), ElementsAre(2));
}

// With a lag of two the season is read two steps further on.
TEST(Forecast, ALagHidesTheNewestValues) {
    Options options;
    options.method = Method::kSeasonalNaive;
    options.season = 3;
    options.lag = 2;
    const std::vector<Rate> past = rates({1, 2, 3, 70, 80});
    EXPECT_THAT(counts(forecast({past, {}}, 2, options)), ElementsAre(3, 1));
    options.method = Method::kLast;
    EXPECT_THAT(counts(forecast({past, {}}, 1, options)), ElementsAre(3));
    options.lag = 9;
    EXPECT_THAT(counts(forecast({past, {}}, 1, options)), ElementsAre(0));
}

TEST(Forecast, NoiseIsReproducibleAndCentred) {
    Options options;
    options.noise = Share{100'000};
    const std::vector<Rate> past = rates({1'000'000});
    const auto once = forecast({past, {}}, 4'000, options, 7);
    EXPECT_EQ(once, forecast({past, {}}, 4'000, options, 7));
    EXPECT_NE(once, forecast({past, {}}, 4'000, options, 8));
    double sum = 0;
    for (const Rate rate : once) sum += static_cast<double>(rate.count());
    EXPECT_NEAR(sum / 4'000, 1e6, 1e4);
}

TEST(Forecast, NamesGoBothWays) {
    for (const std::string_view known : method_names()) {
        EXPECT_EQ(name(method_named(known).value()), known);
    }
    EXPECT_FALSE(method_named("oracle"));
}

}  // namespace
}  // namespace tangram::forecast
