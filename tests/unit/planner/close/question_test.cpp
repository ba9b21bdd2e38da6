#include "planner/close/question.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "planner/assembly.h"
#include "planner/close/closest.h"
#include "planner/planner.h"
#include "support/small_problem.h"
#include "unit/planner/close/replan.h"

namespace tangram::planner::close {
namespace {

Outcome best(const PlanningModel& model) { return make_planner("exact")->plan(model, {}); }

TEST(Question, PricesLeaveOutNothingThatMatters) {
    int smaller = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const Replan replan(seed, {.losses = seed % 3 == 0});
        if (!replan.outcome.plan) continue;
        const Question all = replan.ask_with({});
        const Question priced = replan.ask_with(replan.outcome.prices);
        EXPECT_LE(program_size(priced), program_size(all)) << seed;
        smaller += program_size(priced) < program_size(all) ? 1 : 0;
        const Closest a = closest(all, Aim::kLeastRestart, 0, nullptr, {});
        const Closest b = closest(priced, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(a.status, lp::Status::kOptimal) << seed;
        ASSERT_EQ(b.status, lp::Status::kOptimal) << seed;
        EXPECT_EQ(restart_of(all, a.counts), restart_of(priced, b.counts)) << seed;
        EXPECT_EQ(a.bound, restart_of(all, a.counts)) << seed;
        EXPECT_LE(least_restart(priced), a.bound) << seed;
        EXPECT_LE(cost_of(priced, b.counts), replan.outcome.cost) << seed;
    }
    EXPECT_GT(smaller, 50);
}

// As rows of a program and as a list.
TEST(Question, CoversThatSurviveLossesAreTheSameUnlisted) {
    int larger = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Replan replan(seed, {.losses = true});
        if (!replan.outcome.plan) continue;
        const Question listed = replan.ask_with({});
        const Question rows = replan.ask_with({}, {.covers_per_service = 0});
        Question plain = rows;
        for (ServiceChoice& choice : plain.services) choice.need.beside.reset();
        const Closest a = closest(listed, Aim::kLeastRestart, 0, nullptr, {});
        const Closest b = closest(rows, Aim::kLeastRestart, 0, &a.counts, {});
        const Closest c = closest(plain, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(a.status, lp::Status::kOptimal) << seed;
        ASSERT_EQ(b.status, lp::Status::kOptimal) << seed;
        ASSERT_EQ(c.status, lp::Status::kOptimal) << seed;
        EXPECT_EQ(restart_of(listed, a.counts), restart_of(rows, b.counts)) << seed;
        EXPECT_LE(least_restart(rows), b.bound) << seed;
        larger += restart_of(rows, b.counts) > restart_of(plain, c.counts) ? 1 : 0;
    }
    EXPECT_GT(larger, 3) << "than without losses";
}

TEST(Question, WrongPricesAreIgnored) {
    const Replan replan(3);
    ASSERT_TRUE(replan.outcome.plan);
    Prices dear = replan.outcome.prices;
    for (Price& price : dear.types) price = Price{1'000'000'000'000};
    EXPECT_EQ(program_size(replan.ask_with(dear)), program_size(replan.ask_with({})));
}

// Without a complete list of covers the coverage row says the same.
TEST(Question, CoverageRowsSayTheSameAsCovers) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Replan replan(seed);
        if (!replan.outcome.plan) continue;
        const Money money{replan.outcome.cost, replan.outcome.bound, {}};
        const Question listed = replan.ask_with({});
        const Question rows =
            ask(replan.model, replan.fleet, money, replan.weights, {.covers_per_service = 0});
        const Closest a = closest(listed, Aim::kLeastRestart, 0, nullptr, {});
        const Closest b = closest(rows, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(b.status, lp::Status::kOptimal) << seed;
        EXPECT_EQ(restart_of(listed, a.counts), restart_of(rows, b.counts)) << seed;
        EXPECT_LE(least_restart(rows), least_restart(listed)) << seed;
    }
}

TEST(Question, EqualGpusAreOneClassAndNoCutIsDominated) {
    test::SmallProblem small;
    for (const char* profile : {"1g", "2g", "3g", "4g", "7g"}) small.row("m", profile, 10, 20);
    small.service("a", "m", 140, 100);
    const workload::Problem problem = small.build();
    const PlanningModel model = build_planning_model(problem).value();
    const Outcome outcome = best(model);  // two GPUs of seven 1g
    const deployment::Deployment current = assemble(model, *outcome.plan).deployment;
    const CurrentFleet fleet = read_current(model, current, {}, {}).value();
    const Question question = ask(model, fleet, {std::nullopt, Cost{}, {}},
                                  std::vector<std::int64_t>(model.options.size(), 1), {});
    ASSERT_EQ(question.classes.size(), 1u);
    EXPECT_EQ(question.classes.front().gpus.size(), 2u);
    const auto& cuts = question.classes.front().cuts;
    EXPECT_LE(cuts.size(), 19u);
    EXPECT_TRUE(std::ranges::any_of(cuts, [](const Cut& cut) {
        return cut.stays.size() == 1 && cut.stays.front().count == 7;
    }));
    std::set<std::pair<std::vector<int>, int>> seen;
    for (const Cut& cut : cuts) {
        const int stays = cut.stays.empty() ? 0 : cut.stays.front().count;
        EXPECT_TRUE(seen.emplace(cut.counts, stays).second);
    }
}

}  // namespace
}  // namespace tangram::planner::close
