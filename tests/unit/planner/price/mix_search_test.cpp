#include "planner/price/mix_search.h"

#include <gtest/gtest.h>

#include "planner/price/bound.h"
#include "support/brute_force.h"
#include "support/soak.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

const std::vector<Cost> kThreeKinds{Cost{1'000'000}, Cost{1'900'000}, Cost{550'000}};

GpuMix mix(std::vector<std::int64_t> gpus) { return GpuMix(std::move(gpus)); }

TEST(MixSearch, FindsAllMixesInARangeOfCosts) {
    PlanningModel model = mixed_model(1, {.demands = 1}, kThreeKinds);
    model.entries[FleetEntryId{1}].cap = 3;
    const MixSearch search(model, {2.0, 1.0, 4.0});
    const Cost from{9'000'000};
    const Cost to{9'500'000};
    const MixSearch::Found found = search.between(from, to, 1'000);
    EXPECT_TRUE(found.complete);
    std::size_t expected = 0;
    for (std::int64_t a = 0; a < 10; ++a) {
        for (std::int64_t b = 0; b <= 3; ++b) {
            for (std::int64_t c = 0; c < 20; ++c) {
                const Cost cost = search.cost(mix({a, b, c}));
                if (cost >= from && cost < to) ++expected;
            }
        }
    }
    EXPECT_EQ(found.mixes.size(), expected);
    const auto off = [](const GpuMix& m) {
        const double a = static_cast<double>(m[FleetEntryId{0}]) - 2.0;
        const double b = 1.9 * (static_cast<double>(m[FleetEntryId{1}]) - 1.0);
        const double c = 0.55 * (static_cast<double>(m[FleetEntryId{2}]) - 4.0);
        return a * a + b * b + c * c;
    };
    for (std::size_t i = 1; i < found.mixes.size(); ++i) {
        EXPECT_LE(off(found.mixes[i - 1]), off(found.mixes[i]) + 1e-9);
    }
}

TEST(MixSearch, LeavesOutWhatIsRefuted) {
    const PlanningModel model = mixed_model(1, {.demands = 1}, kThreeKinds);
    MixSearch search(model, {1.0, 1.0, 1.0});
    search.refute(mix({2, 5, 5}));
    // Two of the first kind are worth less than three.
    search.require({.types = {}, .gpus = {10, 10, 0}}, 30);
    const auto found = search.between(Cost{0}, Cost{8'000'000}, 1'000);
    ASSERT_TRUE(found.complete);
    ASSERT_FALSE(found.mixes.empty());
    for (const GpuMix& m : found.mixes) {
        EXPECT_GE(m[FleetEntryId{0}] + m[FleetEntryId{1}], 3);
        EXPECT_TRUE(m[FleetEntryId{0}] > 2 || m[FleetEntryId{1}] > 5 || m[FleetEntryId{2}] > 5);
    }
}

TEST(MixSearch, ALimitIsNotComplete) {
    const PlanningModel model = mixed_model(1, {.demands = 1}, kThreeKinds);
    const MixSearch search(model, {1.0, 1.0, 1.0});
    const auto found = search.between(Cost{0}, Cost{9'000'000}, 3);
    EXPECT_EQ(found.mixes.size(), 3U);
    EXPECT_FALSE(found.complete);
}

// What the prices prove of a mix: a plan on it, if there is one, is never refuted.
TEST(MixBound, NeverRefutesAMixThatHoldsAPlan) {
    std::uint64_t refuted = 0;
    std::uint64_t kept = 0;
    for (std::uint64_t seed = 1; seed <= tangram::test::soaked(120); ++seed) {
        PlanningModel model =
            mixed_model(seed, {.demands = 3, .instances = 1.0, .types = 3}, kThreeKinds);
        const Bound root = best_bound(model, 50'000 * kPricePerCost, {});
        Random random(seed);
        for (int draw = 0; draw < 4; ++draw) {
            GpuMix gpus(3, 0);
            for (std::int64_t& count : gpus) count = random.between(0, 1);
            for (const FleetEntryId e : gpus.ids()) model.entries[e].cap = gpus[e];
            if (gpus == GpuMix(3, 0)) continue;
            const Bound bound = mix_bound(model, gpus, root, 50'000 * kPricePerCost, {});
            EXPECT_TRUE(feasible(model, bound.prices));
            EXPECT_EQ(bound.value, bound.covers - worth(bound.prices, gpus));
            const auto truth = tangram::test::brute_force(model, 20'000'000);
            if (truth.optimum) {
                EXPECT_LE(bound.value, 0) << "seed " << seed;
            }
            (bound.value > 0 ? refuted : kept) += 1;
        }
    }
    EXPECT_GT(refuted, tangram::test::soaked(50));
    EXPECT_GT(kept, tangram::test::soaked(50));
}

}  // namespace
}  // namespace tangram::planner::price::test
