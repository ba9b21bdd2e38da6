#include "workload/problem.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace tangram::workload {
namespace {

TEST(RequiredCapacity, IsTheRateAtFullUtilisation) {
    EXPECT_EQ(required_capacity(Rate{843'000}, Share{kSharePerOne}), Rate{843'000});
    EXPECT_EQ(required_capacity(Rate{0}, Share{1}), Rate{0});
}

TEST(RequiredCapacity, RoundsUp) {
    EXPECT_EQ(required_capacity(Rate{100}, Share{800'000}), Rate{125});
    EXPECT_EQ(required_capacity(Rate{100}, Share{300'000}), Rate{334});
    EXPECT_EQ(required_capacity(Rate{1}, Share{999'999}), Rate{2});
}

TEST(RequiredCapacity, DoesNotOverflowInside) {
    constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max() / 2;
    EXPECT_EQ(required_capacity(Rate{kHuge}, Share{kSharePerOne}), Rate{kHuge});
    EXPECT_EQ(required_capacity(Rate{kHuge}, Share{500'000}), Rate{kHuge * 2});
}

// The smallest c with c x limit >= rate: c does, c - 1 does not.
TEST(RequiredCapacity, IsTheSmallest) {
    Random random(1);
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t rate = random.between(0, 1'000'000'000);
        const std::int64_t limit = random.between(1, kSharePerOne);
        const std::int64_t c = required_capacity(Rate{rate}, Share{limit}).count();
        const auto kept = [&](std::int64_t capacity) {
            return capacity * limit >= rate * kSharePerOne;  // both near 10^15
        };
        EXPECT_TRUE(kept(c));
        EXPECT_TRUE(c == 0 || !kept(c - 1));
    }
}

TEST(RequiredCapacityDeathTest, AsksForAPositiveLimit) {
    EXPECT_DEATH(static_cast<void>(required_capacity(Rate{1}, Share{0})), "limit");
}

TEST(Problem, ServicesOverrideTheUtilisationLimit) {
    Problem problem;
    problem.max_utilization = Share{900'000};
    const ServiceId plain = problem.services.push_back({});
    Service strict;
    strict.max_utilization = Share{700'000};
    const ServiceId own = problem.services.push_back(strict);
    EXPECT_EQ(problem.utilization_limit(plain), Share{900'000});
    EXPECT_EQ(problem.utilization_limit(own), Share{700'000});
}

}  // namespace
}  // namespace tangram::workload
