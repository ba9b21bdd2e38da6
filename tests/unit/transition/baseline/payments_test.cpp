#include "transition/baseline/payments.h"

#include <gtest/gtest.h>

#include "swap.h"

namespace tangram::transition::baseline {
namespace {

TEST(Payments, SlackPaysBeforeRoutesInTheirOrder) {
    test::Swap swap;
    swap.now.put("gpu-2", "3g", 0, "a").put("gpu-2", "3g", 4, "a");
    swap.then.put("gpu-2", "1g", 0, "a");
    const Ground ground = lay_ground(swap.problem, swap.now.get(), swap.then.get()).value();
    Payments payments(ground);
    const Occupant& large = ground.now[0];  // a's 100 of 200, of which 100 are asked
    const Occupant& b = ground.now[1];
    EXPECT_FALSE(payments.can_take(b));
    EXPECT_TRUE(payments.can_take(large));
    EXPECT_TRUE(payments.take(large).empty());
    const Occupant& small = ground.now[2];
    EXPECT_FALSE(payments.can_take(small));
    payments.pay(ground.then.back(), 7);  // 20
    payments.pay(ground.then.back(), 8);
    EXPECT_FALSE(payments.can_take(small));
    payments.pay(ground.then.back(), 9);
    EXPECT_TRUE(payments.can_take({small}));
    EXPECT_FALSE(payments.can_take({small, ground.now[3]}));
    const auto waits = payments.take(small);  // 50 = 20 + 20 + 10
    ASSERT_EQ(waits.size(), 3U);
    EXPECT_EQ(waits[0].move, 7U);
    EXPECT_EQ(waits[2].move, 9U);
    EXPECT_EQ(waits[2].reason, ArcReason::kCapacity);
}

}  // namespace
}  // namespace tangram::transition::baseline
