#include "planner/pipeline/genetic/genetic.h"

#include <gtest/gtest.h>

#include <vector>

#include "planner/pipeline/tree_search/tree_search.h"
#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::genetic {
namespace {

using rms::Problem;
using test::configuration;
using test::kCards;
using test::kPosters;

Answer run(const Problem& problem, const rms::Deployment& start, Settings settings = {},
           std::uint64_t budget = 1'000'000'000) {
    rms::Meter meter(budget, {});
    const auto make = [](const Problem& of) { return tree_search::make_refill(of); };
    return search(problem, whole_task(problem), start, make, settings, meter);
}

// 240 posters and 80 cards: eight {middle, small}; {large} five times leaves ten cards too many.
TEST(Genetic, ImprovesItsStart) {
    const Problem problem(test::odd_machines(240, 80));
    rms::Deployment start(5, configuration(0, {kPosters}));
    start.insert(start.end(), 3, configuration(2, {kCards, kCards, kCards}));
    start.insert(start.end(), 2, configuration(0, {kPosters}));
    std::vector<std::int64_t> reported;
    Settings settings;
    settings.progress = [&](const rms::Fitness& best) { reported.push_back(best.cost); };
    const Answer answer = run(problem, start, settings);
    EXPECT_TRUE(answer.settled);
    EXPECT_TRUE(test::rest_after(problem, answer.deployment).needs.empty());
    EXPECT_EQ(answer.fitness.cost, 80);
    ASSERT_FALSE(reported.empty());
    EXPECT_EQ(reported.back(), 80);
}

TEST(Genetic, MakesItsOwnStart) {
    const Problem problem(test::odd_machines(60, 20));
    const Answer answer = run(problem, {});
    EXPECT_TRUE(test::rest_after(problem, answer.deployment).needs.empty());
    EXPECT_EQ(answer.fitness.cost, 20);
}

TEST(Genetic, KeepsTheStartIfTheBudgetIsSpent) {
    const Problem problem(test::odd_machines(50, 0));
    const Answer answer = run(problem, {configuration(0, {kPosters})}, {}, 0);
    EXPECT_FALSE(answer.settled);
    EXPECT_EQ(answer.deployment, (rms::Deployment{configuration(0, {kPosters})}));
}

TEST(Genetic, SaysWhatCannotBeDone) {
    rms::Description description = test::odd_machines(101, 0);
    description.room = rms::Room(std::vector<std::int64_t>{2, 0});
    const Answer answer = run(Problem(std::move(description)), {});
    EXPECT_GT(answer.fitness.undone, 0);
    EXPECT_EQ(answer.deployment.size(), 2U);
}

}  // namespace
}  // namespace tangram::planner::pipeline::genetic
