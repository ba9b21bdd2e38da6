// Flows against all subsets.
#include "transition/check/closure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "base/random.h"

namespace tangram::transition::check_parts {
namespace {

std::int64_t loss_of(const Balance& balance, std::size_t subset) {
    Wide loss = 0;
    std::vector<bool> forced(balance.gains.size(), false);
    for (std::size_t i = 0; i < balance.losses.size(); ++i) {
        if ((subset >> i & 1U) == 0) continue;
        loss += balance.losses[i];
        for (const std::uint32_t gain : balance.forces[i]) forced[gain] = true;
    }
    for (std::size_t j = 0; j < forced.size(); ++j) loss -= forced[j] ? balance.gains[j] : 0;
    return static_cast<std::int64_t>(loss);
}

std::size_t subset_of(const std::vector<std::size_t>& losses) {
    std::size_t subset = 0;
    for (const std::size_t i : losses) subset |= std::size_t{1} << i;
    return subset;
}

Balance random_balance(Random& random) {
    Balance balance;
    const std::size_t losses = random.below(8);
    const std::size_t gains = random.below(8);
    for (std::size_t j = 0; j < gains; ++j) balance.gains.push_back(random.between(0, 9));
    for (std::size_t i = 0; i < losses; ++i) {
        balance.losses.push_back(random.between(0, 9));
        balance.forces.emplace_back();
        for (std::uint32_t j = 0; j < gains; ++j) {
            if (random.below(3) == 0) balance.forces[i].push_back(j);
        }
    }
    return balance;
}

TEST(Closure, EqualsTheWorstOfAllSubsets) {
    Random random(1);
    for (int round = 0; round < 5'000; ++round) {
        const Balance balance = random_balance(random);
        const std::size_t subsets = std::size_t{1} << balance.losses.size();
        std::int64_t most = 0;
        for (std::size_t s = 0; s < subsets; ++s) most = std::max(most, loss_of(balance, s));
        const Worst found = worst(balance);
        ASSERT_EQ(static_cast<std::int64_t>(found.loss), most);
        ASSERT_EQ(loss_of(balance, subset_of(found.losses)), most);
    }
}

TEST(Closure, EqualsTheWorstOfAllSubsetsThatContainSome) {
    Random random(2);
    for (int round = 0; round < 5'000; ++round) {
        const Balance balance = random_balance(random);
        if (balance.losses.empty()) continue;
        std::vector<std::size_t> taken = {random.below(balance.losses.size())};
        if (random.below(2) == 0) taken.push_back(random.below(balance.losses.size()));
        const std::size_t subsets = std::size_t{1} << balance.losses.size();
        std::int64_t most = -1'000;
        for (std::size_t s = 0; s < subsets; ++s) {
            if ((s & subset_of(taken)) != subset_of(taken)) continue;
            most = std::max(most, loss_of(balance, s));
        }
        std::ranges::sort(taken);
        taken.erase(std::ranges::unique(taken).begin(), taken.end());
        const Worst found = worst_with(balance, taken);
        ASSERT_EQ(static_cast<std::int64_t>(found.loss), most);
        ASSERT_EQ(loss_of(balance, subset_of(found.losses)), most);
    }
}

TEST(Closure, AddsBeyond64Bits) {
    constexpr std::int64_t kMost = 9'000'000'000'000'000'000;
    const Balance balance{{kMost, kMost, kMost}, {kMost}, {{0}, {0}, {}}};
    EXPECT_TRUE(worst(balance).loss == Wide{kMost} * 2);
}

}  // namespace
}  // namespace tangram::transition::check_parts
