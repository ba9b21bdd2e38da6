#include "planner/pipeline/genetic/operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "planner/pipeline/tree_search/tree_search.h"
#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::genetic {
namespace {

using rms::Configuration;
using rms::Deployment;
using rms::Problem;
using test::configuration;
using test::kCards;
using test::kIdle;
using test::kPosters;

Individual with(const Problem& problem, const Deployment& wholes) {
    Individual individual(problem, whole_task(problem));
    for (const Configuration& whole : wholes) individual.add(whole);
    return individual;
}

TEST(Crossovers, HaveNames) {
    std::set<std::string_view> names;
    for (const Crossover crossover : kCrossovers) names.insert(name(crossover));
    EXPECT_EQ(names, (std::set<std::string_view>{"erase-and-refill", "merge-instances"}));
}

TEST(Crossovers, EraseAndRefillSavesAWhole) {
    const Problem problem(test::odd_machines(60, 20));
    const Deployment start{configuration(0, {kPosters}), configuration(1, {kPosters, kIdle}),
                           configuration(2, {kCards, kCards, kIdle})};
    Individual individual = with(problem, start);
    const rms::Refill refill = tree_search::make_refill(problem);
    Random random(1);
    rms::Meter meter(100'000'000, {});
    for (int i = 0; i < 20; ++i) {
        cross(Crossover::kEraseAndRefill, problem, refill, individual, random, meter);
    }
    EXPECT_TRUE(individual.fitness().complete());
    EXPECT_EQ(individual.cost(), 20);
}

// A refill that does nothing: every child is worse, and the parent is what it was.
TEST(Crossovers, WorseChildrenAreTakenBack) {
    const Problem problem(test::odd_machines(100, 60));
    const Deployment start{configuration(0, {kPosters}), configuration(0, {kPosters}),
                           configuration(2, {kCards, kCards, kCards}),
                           configuration(1, {kCards, kCards}), configuration(0, {kCards})};
    const rms::Refill nothing = [](const rms::Task&, std::int64_t, Random&, rms::Meter&) {
        return rms::Refilled{};
    };
    for (const Crossover crossover : kCrossovers) {
        Individual individual = with(problem, start);
        const rms::Fitness before = individual.fitness();
        Random random(7);
        rms::Meter meter(1'000, {});
        for (int i = 0; i < 50; ++i) {
            EXPECT_FALSE(cross(crossover, problem, nothing, individual, random, meter));
        }
        EXPECT_EQ(individual.cost(), before.cost);
        EXPECT_TRUE(test::rest_after(problem, individual.wholes()).needs.empty());
        EXPECT_TRUE(std::is_permutation(individual.wholes().begin(), individual.wholes().end(),
                                        start.begin(), start.end()));
    }
}

TEST(MergeMachines, TwoSmallBecomeOneMiddle) {
    const Problem problem(test::odd_machines(100, 60));
    std::set<std::size_t> sets;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const auto merged =
            merge_machines(problem, configuration(2, {kPosters, kPosters, kCards}), random);
        ASSERT_TRUE(merged.has_value());
        // The card stays on a small machine, so only {middle, small} will do.
        EXPECT_EQ(*merged, configuration(1, {kPosters, kCards}));
    }
}

TEST(MergeMachines, NothingToMerge) {
    const Problem problem(test::odd_machines(100, 60));
    Random random(1);
    EXPECT_FALSE(merge_machines(problem, configuration(1, {kPosters, kCards}), random));
    EXPECT_FALSE(merge_machines(problem, configuration(2, {kIdle, kIdle, kCards}), random));
    EXPECT_FALSE(merge_machines(problem, configuration(0, {kPosters}), random));
}

TEST(Mutation, ExchangesEqualMachinesAndNobodyNotices) {
    const Problem problem(test::odd_machines(60, 20));
    Individual individual = with(problem, {configuration(1, {kPosters, kCards}),
                                           configuration(2, {kPosters, kPosters, kPosters}),
                                           configuration(2, {kCards, kIdle, kIdle})});
    const rms::Fitness before = individual.fitness();
    Random random(1);
    int done = 0;
    for (int i = 0; i < 200; ++i) done += mutate(problem, individual, random) ? 1 : 0;
    EXPECT_GT(done, 10);
    EXPECT_EQ(individual.cost(), before.cost);
    EXPECT_GE(individual.fitness().slack, before.slack - 1e-9);
    EXPECT_TRUE(test::rest_after(problem, individual.wholes()).needs.empty());
}

}  // namespace
}  // namespace tangram::planner::pipeline::genetic
