#include "planner/pipeline/rms/configure.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/planner/pipeline/odd_machines.h"

namespace tangram::planner::pipeline::rms {
namespace {

using test::configuration;
using test::kCards;
using test::kIdle;
using test::kPosters;

class Configure : public testing::Test {
protected:
    [[nodiscard]] std::vector<Candidate> best(const Problem& problem, std::size_t sharing,
                                              std::size_t most) {
        const Task task = whole_task(problem);
        return Configurator(problem).best(task.needs, task.room, sharing, most, meter_);
    }
    Meter meter_{1'000'000, {}};
};

TEST_F(Configure, TakesTheHighestScore) {
    // {large: posters} 0.5; {middle: posters, small: cards} 0.3 + 10/60; {3 small: cards} 0.5.
    const std::vector<Candidate> found = best(Problem(test::odd_machines(100, 60)), 2, 3);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].configuration, configuration(0, {kPosters}));
    EXPECT_DOUBLE_EQ(found[0].score, 0.05);
    EXPECT_EQ(found[1].configuration, configuration(2, {kCards, kCards, kCards}));
    EXPECT_EQ(found[2].configuration, configuration(1, {kPosters, kCards}));
}

TEST_F(Configure, AFewOfThemAreTheFirstOfAll) {
    const Problem problem(test::odd_machines(90, 70));
    const std::vector<Candidate> all = best(problem, 2, 10);
    for (std::size_t most = 1; most <= all.size(); ++most) {
        const std::vector<Candidate> some = best(problem, 2, most);
        ASSERT_EQ(some.size(), most);
        for (std::size_t i = 0; i < most; ++i) {
            EXPECT_EQ(some[i].configuration, all[i].configuration);
        }
    }
}

TEST_F(Configure, WeighsWhatIsLessDoneHigher) {
    const Problem problem(test::odd_machines(100, 60));
    Task task = whole_task(problem);
    task.needs = {{kPosters, 50, 0}, {kCards, 60, 0}};
    const auto found = Configurator(problem).best(task.needs, task.room, 2, 1, meter_);
    EXPECT_EQ(found.front().configuration, configuration(2, {kCards, kCards, kCards}));
}

TEST_F(Configure, OnlySoManyShareUnlessNearlyDone) {
    const Problem problem(test::odd_machines(1'000, 600));
    for (const Candidate& candidate : best(problem, 1, 10)) {
        const auto& jobs = candidate.configuration.jobs;
        for (const JobId job : jobs) EXPECT_TRUE(job == jobs.front() || !job.valid());
    }
    // Three posters are worth next to nothing: they may share with whatever is there.
    const std::vector<Candidate> found = best(Problem(test::odd_machines(3, 600)), 1, 10);
    EXPECT_TRUE(std::ranges::any_of(found, [](const Candidate& candidate) {
        const auto& jobs = candidate.configuration.jobs;
        return std::ranges::count(jobs, kPosters) > 0 && std::ranges::count(jobs, kCards) > 0;
    }));
}

TEST_F(Configure, WorkBeyondTheNeedCountsNothing) {
    const Problem problem(test::odd_machines(100, 60));
    Configurator configurator(problem);
    const Needs needs{{kPosters, 40, 0}};
    const double large = configurator.score(configuration(0, {kPosters}), needs, meter_);
    const double both = configurator.score(configuration(1, {kPosters, kPosters}), needs, meter_);
    EXPECT_DOUBLE_EQ(large, 0.4 * 0.4 / 10);
    EXPECT_DOUBLE_EQ(large, both);
    EXPECT_EQ(configurator.score(configuration(0, {kCards}), needs, meter_), 0);
}

TEST_F(Configure, SetsWithoutRoomAreLeftOut) {
    Description description = test::odd_machines(100, 60);
    description.room = Room(std::vector<std::int64_t>{0, 5});
    const auto found = best(Problem(std::move(description)), 2, 10);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().configuration.set, MachineSetId{3});
}

TEST_F(Configure, IdleMachinesGoToWhomTheyServe) {
    const Problem problem(test::odd_machines(100, 60));
    Configurator configurator(problem);
    Configuration whole = configuration(1, {kPosters, kIdle});
    EXPECT_TRUE(configurator.fill_idle({{kPosters, 30, 0}, {kCards, 10, 0}}, whole, meter_));
    EXPECT_EQ(whole, configuration(1, {kPosters, kCards}));
    whole = configuration(1, {kPosters, kIdle});
    EXPECT_FALSE(configurator.fill_idle({{kPosters, 30, 0}}, whole, meter_));
}

}  // namespace
}  // namespace tangram::planner::pipeline::rms
