#include "controller/meter.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tangram::controller {
namespace {

using std::chrono::seconds;
constexpr ServiceId kFirst{0};
constexpr ServiceId kSecond{1};

// 10 requests/s against 4 for 3 s, then against 12 for 2 s: 18 are not served, 32 are.
TEST(Meter, AddsUpWhatIsShort) {
    Meter meter(1);
    meter.add_gpus(2);
    meter.set_rate(kFirst, Rate{10'000});
    meter.add_capacity(kFirst, Rate{4'000});
    meter.advance(seconds(3));
    meter.add_capacity(kFirst, Rate{8'000});
    meter.add_gpus(1);
    meter.advance(seconds(5));
    const Meter::Reading reading = meter.reading();
    EXPECT_EQ(whole_requests(reading.asked), 50);
    EXPECT_EQ(whole_requests(reading.served), 32);
    EXPECT_EQ(whole_requests(reading.unserved), 18);
    EXPECT_EQ(unserved_share(reading), Share{360'000});
    EXPECT_EQ(reading.worst_dip, Share{600'000});
    EXPECT_EQ(reading.short_time, seconds(3));
    EXPECT_EQ(static_cast<std::int64_t>(reading.gpu_time), 12'000'000'000);
    EXPECT_EQ(reading.peak_gpus, 3);
}

// One service's spare capacity helps no other one.
TEST(Meter, ServicesAreApart) {
    Meter meter(2);
    meter.set_rate(kFirst, Rate{10'000});
    meter.set_rate(kSecond, Rate{10'000});
    meter.add_capacity(kFirst, Rate{20'000});
    meter.advance(seconds(1));
    EXPECT_EQ(whole_requests(meter.reading().unserved), 10);
    EXPECT_EQ(meter.reading().worst_dip, Share{500'000});
}

TEST(Meter, AMomentCountsForNothing) {
    Meter meter(1);
    meter.set_rate(kFirst, Rate{10'000});
    meter.add_gpus(9);
    meter.add_gpus(-8);
    meter.add_capacity(kFirst, Rate{10'000});
    meter.advance(seconds(1));
    EXPECT_EQ(meter.reading().worst_dip, Share{});
    EXPECT_EQ(meter.reading().peak_gpus, 1);
    EXPECT_EQ(unserved_share(Meter(1).reading()), Share{});
}

TEST(Meter, ServedAndUnservedAreWhatWasAsked) {
    Random random(5);
    for (int round = 0; round < 50; ++round) {
        Meter meter(3);
        std::int64_t capacity[3] = {};
        for (int event = 0; event < 100; ++event) {
            const std::size_t s = random.below(3);
            meter.set_rate(ServiceId{s}, Rate{random.between(0, 1'000'000)});
            const std::int64_t change = random.between(-capacity[s], 500'000);
            capacity[s] += change;
            meter.add_capacity(ServiceId{s}, Rate{change});
            meter.advance(meter.now() + Duration{random.between(0, 10'000'000'000)});
        }
        const Meter::Reading reading = meter.reading();
        EXPECT_TRUE(reading.asked == reading.served + reading.unserved);
    }
}

}  // namespace
}  // namespace tangram::controller
