// bound, cut_mix, diffuse, settle, rounding and repair on what the bound leaves.
#include "planner/price/rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "planner/price/pack.h"
#include "planner/price/proof.h"
#include "planner/price/repair.h"
#include "support/brute_force.h"
#include "unit/planner/price/price_models.h"

namespace tangram::planner::price::test {
namespace {

constexpr std::size_t kEffort = 20'000'000;  // enough to be complete on the models here

constexpr std::int64_t kGpu = kCostPerUnit * kPricePerCost;

// All that `price` buys of one GPU model.
GpuMix gpus(std::int64_t price) { return GpuMix(1, price / kGpu); }

void expect_covers(const PlanningModel& model, const Assignment& assignment) {
    std::vector<std::int64_t> totals(model.types.size(), 0);
    for (const ServiceId s : model.demands.ids()) {
        const auto options = model.options_of(s);
        std::int64_t capacity = 0;
        std::int64_t replicas = 0;
        for (std::size_t o = 0; o < options.size(); ++o) {
            const std::int32_t count = assignment.counts[model.demands[s].first_option + o];
            ASSERT_GE(count, 0);
            capacity += options[o].throughput.count() * count;
            replicas += count;
            totals[options[o].type.index()] += count;
        }
        EXPECT_GE(capacity, model.demands[s].required.count());
        EXPECT_GE(replicas, model.demands[s].min_replicas);
    }
    EXPECT_EQ(totals, assignment.totals);
}

TEST(BestBound, IsBelowTheOptimumAndItsMixIsConsistent) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const PlanningModel model =
            random_model(seed, {.demands = 3, .instances = 0.6, .types = seed % 2 == 0 ? 5U : 4U});
        const Bound bound = best_bound(model, kGpu, {});
        const std::optional<Cost> optimum = tangram::test::brute_force(model, kEffort).optimum;
        ASSERT_TRUE(optimum) << "seed " << seed;
        EXPECT_LE(bound.value, optimum->count() * kPricePerCost) << "seed " << seed;
        EXPECT_TRUE(feasible(model, bound.prices));
        const double sum = std::accumulate(bound.weights.begin(), bound.weights.end(), 0.0);
        EXPECT_NEAR(sum, 1.0, 1e-6);
    }
}

TEST(RoundMix, GivesCoversCloseToTheFractionalOptimum) {
    for (const double instances : {0.6, 8.0, 900.0}) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            const PlanningModel model =
                random_model(seed, {.demands = 600, .instances = instances});
            const Bound bound = best_bound(model, kGpu, {});
            Random random(seed);
            std::uint64_t work = 0;
            const Rounding rounding = round_mix(model, bound, random, work);
            expect_covers(model, rounding.assignment);
            for (const InstanceTypeId k : model.types.ids()) {
                double supply = 0;
                for (const PartitionId m : model.partitions.ids()) {
                    supply +=
                        rounding.partitions[m.index()] * model.partitions[m].counts[k.index()];
                }
                const auto total = static_cast<double>(rounding.assignment.totals[k.index()]);
                EXPECT_LE(total, supply + 12.0) << "type " << k.index() << " seed " << seed;
            }
        }
    }
}

TEST(Repair, ReturnsPlansOfTheTargetOnly) {
    int repaired = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 40, .instances = 1});
        const Bound bound = best_bound(model, kGpu, {});
        const std::int64_t target = (bound.value + kGpu - 1) / kGpu * kGpu;
        Random random(seed);
        std::uint64_t work = 0;
        const Rounding rounding = round_mix(model, bound, random, work);
        const auto plan = repair(model, bound, rounding, gpus(target), {}, random, work);
        if (!plan) continue;
        ++repaired;
        expect_covers(model, plan->assignment);
        std::int64_t cost = 0;
        std::vector<std::int64_t> left(model.types.size(), 0);
        for (const PartitionId m : model.partitions.ids()) {
            EXPECT_GE(plan->partitions[m], 0);
            cost += plan->partitions[m] * kGpu;
            for (std::size_t k = 0; k < left.size(); ++k) {
                left[k] += plan->partitions[m] * model.partitions[m].counts[k];
            }
        }
        EXPECT_LE(cost, target);
        for (std::size_t k = 0; k < left.size(); ++k) {
            EXPECT_GE(left[k], plan->assignment.totals[k]);
        }
    }
    EXPECT_GT(repaired, 40);  // else the test shows nothing
}

// Poor prices leave a wide gap, so that the search, not the bound, has to decide.
Bound bound_of_random_prices(const PlanningModel& model, Random& random) {
    std::vector<double> types;
    for (std::size_t k = 0; k < model.types.size(); ++k) types.push_back(random.unit());
    Bound bound;
    bound.prices = snap(model, types, {kGpu}, static_cast<double>(kGpu));
    bound.cuts.push_back(std::make_shared<const Evaluation>(
        evaluate(model, all_demands(model), bound.prices, {}, {})));
    bound.covers = bound.value = bound.cuts.back()->covers;
    return bound;
}

TEST(Prove, DecidesAtAndBelowTheOptimumWhateverThePrices) {
    int plans = 0;
    int none = 0;
    for (std::uint64_t seed = 1; seed <= 240; ++seed) {
        const PlanningModel model = random_model(seed, {.demands = 4,
                                                        .instances = 0.5,
                                                        .types = seed % 2 == 0 ? 5U : 3U,
                                                        .unmeasured_percent = 50});
        const auto optimum = tangram::test::brute_force(model, kEffort).optimum;
        ASSERT_TRUE(optimum);
        const std::int64_t best = optimum->count() * kPricePerCost;
        Random random(seed);
        const Bound bound = bound_of_random_prices(model, random);
        std::uint64_t work = 0;
        const ProofOutcome at = prove(model, bound, gpus(best), {}, work);
        EXPECT_NE(at.verdict, Verdict::kNone) << "seed " << seed;
        if (at.verdict == Verdict::kPlan) {
            expect_covers(model, at.plan->assignment);
            ++plans;
        }
        if (bound.value > best - kGpu) continue;
        const ProofOutcome below = prove(model, bound, gpus(best - kGpu), {}, work);
        EXPECT_NE(below.verdict, Verdict::kPlan) << "seed " << seed;
        none += below.verdict == Verdict::kNone ? 1 : 0;
    }
    EXPECT_GT(plans, 200);
    EXPECT_GT(none, 20);
}

TEST(Pack, HoldsWhatIsAssigned) {
    const PlanningModel model = random_model(9, {.demands = 30, .instances = 2});
    const Bound bound = best_bound(model, kGpu, {});
    Random random(9);
    std::uint64_t work = 0;
    const Rounding rounding = round_mix(model, bound, random, work);
    const auto packed = pack(model, rounding.assignment, work);
    ASSERT_TRUE(packed);
    for (const InstanceTypeId k : model.types.ids()) {
        std::int64_t supply = 0;
        for (const PartitionId m : model.partitions.ids()) {
            supply += packed->partitions[m] * model.partitions[m].counts[k.index()];
        }
        EXPECT_GE(supply, rounding.assignment.totals[k.index()]);
    }
}

}  // namespace
}  // namespace tangram::planner::price::test
