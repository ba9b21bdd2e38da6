#include "planner/pipeline/genetic/individual.h"

#include <gtest/gtest.h>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::genetic {
namespace {

using test::configuration;
using test::kCards;
using test::kIdle;
using test::kPosters;

TEST(Individual, KeepsItsBooks) {
    const rms::Problem problem(test::odd_machines(80, 10));
    Individual individual(problem, whole_task(problem));
    EXPECT_FALSE(individual.fitness().complete());
    individual.add(configuration(0, {kPosters}));
    individual.add(configuration(1, {kPosters, kCards}));
    EXPECT_TRUE(individual.fitness().complete());
    EXPECT_EQ(individual.cost(), 20);
    EXPECT_TRUE(individual.open_needs().empty());
    EXPECT_EQ(individual.remove(0), configuration(0, {kPosters}));
    EXPECT_EQ(individual.cost(), 10);
    EXPECT_EQ(individual.open_needs(), (rms::Needs{{kPosters, 50, -1}}));
    EXPECT_EQ(individual.room()[rms::PoolId{0}], rms::kUnlimited - 1);
}

TEST(Individual, TrimsWhatNobodyNeeds) {
    const rms::Problem problem(test::odd_machines(50, 20));
    Individual individual(problem, whole_task(problem));
    individual.add(configuration(0, {kPosters}));
    individual.add(configuration(2, {kCards, kPosters, kCards}));
    individual.add(configuration(2, {kCards, kIdle, kIdle}));
    rms::Meter meter(1'000, {});
    individual.trim(meter);
    EXPECT_TRUE(individual.fitness().complete());
    EXPECT_EQ(individual.wholes().size(), 2U);
    EXPECT_EQ(individual.wholes()[1], configuration(2, {kCards, kIdle, kCards}));
    const rms::Fitness fitness = individual.fitness();
    EXPECT_DOUBLE_EQ(fitness.slack, slack(problem, individual.wholes()[1]));
}

TEST(Individual, TrimKeepsMachinesAskedForByNumber) {
    rms::Description description = test::odd_machines(10, 0);
    description.jobs[kPosters].machines = 3;
    const rms::Problem problem(std::move(description));
    Individual individual(problem, whole_task(problem));
    individual.add(configuration(2, {kPosters, kPosters, kPosters}));
    individual.add(configuration(0, {kPosters}));
    rms::Meter meter(1'000, {});
    individual.trim(meter);
    EXPECT_TRUE(individual.fitness().complete());
    EXPECT_EQ(individual.wholes().size(), 1U);
}

}  // namespace
}  // namespace tangram::planner::pipeline::genetic
