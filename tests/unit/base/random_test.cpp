#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

namespace tangram {
namespace {

constexpr int kDraws = 100'000;

TEST(Random, DrawsTheKnownSequence) {
    // splitmix64 of seed 0 gives these four words of state (Vigna's reference); the first output of
    // xoshiro256** is rotl(state[1] * 5, 7) * 9.
    constexpr std::uint64_t kSecondWord = 0x6e789e6aa1b965f4ULL;
    const std::uint64_t product = kSecondWord * 5;
    Random random(0);
    EXPECT_EQ(random.next(), ((product << 7) | (product >> 57)) * 9);
    EXPECT_EQ(Random(0).next(), 11091344671253066420ULL);
}

TEST(Random, SameSeedSameDraws) {
    Random a(7);
    Random b(7);
    Random c(8);
    bool differs = false;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t draw = a.next();
        EXPECT_EQ(draw, b.next());
        differs = differs || draw != c.next();
    }
    EXPECT_TRUE(differs);
}

TEST(Random, BelowIsUniform) {
    Random random(1);
    std::array<int, 7> counts{};
    for (int i = 0; i < kDraws; ++i) {
        ++counts.at(random.below(7));
    }
    double chi_squared = 0;
    for (const int count : counts) {
        const double expected = kDraws / 7.0;
        chi_squared += (count - expected) * (count - expected) / expected;
    }
    EXPECT_LT(chi_squared, 22.5) << "6 degrees of freedom, p = 0.001";
    EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, BetweenReachesBothEnds) {
    Random random(2);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(random.between(-2, 2));
    }
    EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
    constexpr auto low = std::numeric_limits<std::int64_t>::min();
    constexpr auto high = std::numeric_limits<std::int64_t>::max();
    EXPECT_NE(random.between(low, high), random.between(low, high));
    EXPECT_EQ(random.between(high, high), high);
}

TEST(Random, UnitIsInRangeWithTheRightMoments) {
    Random random(3);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double draw = random.unit();
        ASSERT_GE(draw, 0.0);
        ASSERT_LT(draw, 1.0);
        sum += draw;
        squares += draw * draw;
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
    EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.005);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
    Random random(4);
    double sum = 0;
    double squares = 0;
    int beyond_two = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double draw = random.normal();
        ASSERT_TRUE(std::isfinite(draw));
        sum += draw;
        squares += draw * draw;
        beyond_two += std::abs(draw) > 2 ? 1 : 0;
    }
    EXPECT_NEAR(sum / kDraws, 0, 0.02);
    EXPECT_NEAR(squares / kDraws, 1, 0.03);
    EXPECT_NEAR(static_cast<double>(beyond_two) / kDraws, 0.0455, 0.005);
}

TEST(Random, SplitGivesAnotherStreamAndAdvancesByOneDraw) {
    Random a(5);
    Random b(5);
    Random child = a.split();
    b.next();
    EXPECT_EQ(a.next(), b.next());
    Random other = a.split();
    EXPECT_NE(child.next(), other.next());
}

TEST(Random, ShuffleKeepsTheItemsAndReachesEveryOrder) {
    Random random(6);
    std::set<std::vector<int>> orders;
    for (int i = 0; i < 1000; ++i) {
        std::vector<int> items = {1, 2, 3};
        random.shuffle(std::span<int>(items));
        orders.insert(items);
        std::ranges::sort(items);
        EXPECT_EQ(items, (std::vector<int>{1, 2, 3}));
    }
    EXPECT_EQ(orders.size(), 6U);
}

TEST(RandomDeathTest, AsksForAPositiveBound) {
    Random random(1);
    EXPECT_DEATH(static_cast<void>(random.below(0)), "bound > 0");
    EXPECT_DEATH(static_cast<void>(random.between(2, 1)), "low <= high");
}

}  // namespace
}  // namespace tangram
