#include "transition/reduction.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "base/random.h"

namespace tangram::transition {
namespace {

using Pairs = std::set<std::pair<std::size_t, std::size_t>>;

Pairs pairs_of(const std::vector<Arc>& arcs) {
    Pairs pairs;
    for (const Arc& arc : arcs) pairs.emplace(arc.before.index(), arc.after.index());
    return pairs;
}

Pairs closure(Pairs pairs, std::size_t steps) {
    for (std::size_t k = 0; k < steps; ++k) {
        for (std::size_t i = 0; i < steps; ++i) {
            for (std::size_t j = 0; j < steps; ++j) {
                if (pairs.contains({i, k}) && pairs.contains({k, j})) pairs.emplace(i, j);
            }
        }
    }
    return pairs;
}

TEST(Reduction, KeepsTheClosureAndNothingThatCouldGo) {
    Random random(7);
    for (int round = 0; round < 200; ++round) {
        // More than one block of 64 now and then.
        const std::size_t steps = round % 10 == 0 ? 90 : 2 + random.below(12);
        std::vector<Arc> arcs;
        const std::size_t count = random.below(3 * steps);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t a = random.below(steps - 1);
            const std::size_t b = a + 1 + random.below(steps - a - 1);
            arcs.push_back({StepId{a}, StepId{b}, ArcReason::kOrder, {}});
        }
        const std::vector<Arc> kept = reduced(arcs, steps);
        const Pairs wanted = closure(pairs_of(arcs), steps);
        const Pairs pairs = pairs_of(kept);
        EXPECT_EQ(closure(pairs, steps), wanted);
        EXPECT_EQ(pairs.size(), kept.size());
        if (steps > 20) continue;
        for (const auto& pair : pairs) {
            Pairs fewer = pairs;
            fewer.erase(pair);
            EXPECT_NE(closure(fewer, steps), wanted);
        }
    }
}

TEST(Reduction, OfEqualArcsTheFirstOneStays) {
    const std::vector<Arc> kept = reduced({{StepId{0}, StepId{1}, ArcReason::kSlices, {}},
                                           {StepId{0}, StepId{1}, ArcReason::kOrder, {}}},
                                          2);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept.front().reason, ArcReason::kSlices);
}

}  // namespace
}  // namespace tangram::transition
