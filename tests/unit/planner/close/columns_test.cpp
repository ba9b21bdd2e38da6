#include "planner/close/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.h"
#include "planner/close/core.h"
#include "planner/close/matching.h"
#include "unit/planner/close/replan.h"

namespace tangram::planner::close {
namespace {

constexpr std::uint64_t kMuchWork = 1'000'000'000;

test::RandomShape shape() {
    test::RandomShape shape;
    shape.services_max = 6;
    shape.instances_max = 4;
    return shape;
}

// Half of the questions list covers, the others price them.
Question question_of(const Replan& replan, std::uint64_t seed) {
    const QuestionLimits limits{.covers_per_service = seed % 2 == 0 ? std::size_t{400} : 0};
    return replan.ask_with(replan.outcome.prices, limits);
}

Duals draw(const Question& question, const Units& units, Random& random) {
    const PlanningModel& model = *question.model;
    Duals duals;
    for (std::size_t k = 0; k < model.types.size(); ++k) {
        duals.places.push_back(random.between(0, 2 * units.scale));
    }
    for (const std::int64_t weight : question.weights) {
        duals.stays.push_back(random.between(0, weight / units.weight * units.scale));
    }
    for (const EntryLimit& entry : model.entries) {
        duals.rents.push_back(entry.cap ? random.between(0, units.scale) : 0);
    }
    duals.money = random.between(0, 4 * units.scale);
    return duals;
}

TEST(Columns, AnyPricesProveABound) {
    Random random(7);
    int positive = 0;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        const Replan replan(seed, shape());
        if (!replan.outcome.plan) continue;
        const Question question = question_of(replan, seed);
        const Units units = units_of(question);
        const Closest best = closest(question, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(best.status, lp::Status::kOptimal) << seed;
        for (int i = 0; i < 20; ++i) {
            const Valuation value = value_of(question, units, draw(question, units, random));
            EXPECT_LE(value.bound, restart_of(question, best.counts)) << seed;
            positive += value.bound > 0 ? 1 : 0;
        }
    }
    EXPECT_GT(positive, 100);
}

TEST(Columns, ProveNearlyTheOptimum) {
    std::int64_t bounds = 0;
    std::int64_t optima = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const Replan replan(seed, shape());
        if (!replan.outcome.plan) continue;
        const Question question = question_of(replan, seed);
        const Closest best = closest(question, Aim::kLeastRestart, 0, nullptr, {});
        const Relaxed relaxed = relax(question, nullptr, {.work = kMuchWork, .stop = {}});
        const std::int64_t optimum = restart_of(question, best.counts);
        EXPECT_LE(relaxed.bound, optimum) << seed;
        EXPECT_EQ(relaxed.bound, value_of(question, units_of(question), relaxed.duals).bound);
        bounds += relaxed.bound;
        optima += optimum;
    }
    EXPECT_GT(bounds * 100, optima * 90);
}

// In a tight fleet a place is worth many starts: nobody may do without a cover, not even by a
// fraction. Where a substitute costs a few starts, all three bounds are lower.
TEST(Columns, SubstitutesDoNotPay) {
    test::RandomShape large = shape();
    large.services_max = 12;
    large.instances_max = 40;
    constexpr std::array<std::pair<std::uint64_t, std::int64_t>, 3> kBounds = {
        {{125, 318}, {181, 347}, {285, 357}}};
    for (const auto& [seed, bound] : kBounds) {
        const Replan replan(seed, large);
        ASSERT_TRUE(replan.outcome.plan) << seed;
        const Question question = replan.ask_with(replan.outcome.prices);
        const auto start = counts_for(
            question, matched(replan.model, replan.fleet, replan.weights, *replan.outcome.plan));
        ASSERT_TRUE(start) << seed;
        EXPECT_GE(restart_of(question, *start), bound) << seed;
        const ColumnLimits limits{.work = kMuchWork, .stop = {}};
        EXPECT_EQ(relax(question, &*start, limits).bound, bound) << seed;
        EXPECT_EQ(relax(question, nullptr, limits).bound, bound) << seed;
    }
}

// What is left out of a core is never part of a better answer.
TEST(Columns, CoresWithinTheGapHoldTheOptimum) {
    int smaller = 0;
    int complete = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const Replan replan(seed, shape());
        if (!replan.outcome.plan) continue;
        const Question question = question_of(replan, seed);
        const Closest best = closest(question, Aim::kLeastRestart, 0, nullptr, {});
        const std::int64_t optimum = restart_of(question, best.counts);
        const Relaxed relaxed = relax(question, nullptr, {.work = kMuchWork, .stop = {}});
        const auto units = static_cast<double>(optimum / units_of(question).weight);
        const Reach reach{units - relaxed.proven + 1e-6, 10'000, 10'000};
        const Core core = core_of(question, relaxed, nullptr, reach);
        complete += core.complete ? 1 : 0;
        smaller += program_size(core.question) < program_size(question) ? 1 : 0;
        const Closest answer = closest(core.question, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(answer.status, lp::Status::kOptimal) << seed;
        EXPECT_EQ(restart_of(core.question, answer.counts), optimum) << seed;
    }
    EXPECT_GT(complete, 100);
    EXPECT_GT(smaller, 30);
}

// A core answers the question, and what is settled in it is as it was.
TEST(Columns, SettledCoresKeepTheStart) {
    int settled = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const Replan replan(seed, shape());
        if (!replan.outcome.plan) continue;
        const Question question = replan.ask_with(replan.outcome.prices);
        const Closest best = closest(question, Aim::kLeastRestart, 0, nullptr, {});
        const Relaxed relaxed = relax(question, &best.counts, {.work = kMuchWork, .stop = {}});
        const Core core = core_of(question, relaxed, &best.counts, {3, 5, 2, true});
        EXPECT_FALSE(core.complete);
        for (const ServiceId s : question.services.ids()) {
            settled += core.question.services[s].list.covers.size() == 1 ? 1 : 0;
        }
        const Closest answer = closest(core.question, Aim::kLeastRestart, 0, nullptr, {});
        ASSERT_EQ(answer.status, lp::Status::kOptimal) << seed;
        EXPECT_EQ(restart_of(core.question, answer.counts), restart_of(question, best.counts))
            << seed;
    }
    EXPECT_GT(settled, 50);
}

TEST(Columns, EnoughEndsTheSearch) {
    const Replan replan(5, shape());
    ASSERT_TRUE(replan.outcome.plan);
    const Question question = replan.ask_with({});
    ClosestLimits limits;
    limits.enough = 1'000'000;
    const Closest any = closest(question, Aim::kLeastRestart, 0, nullptr, limits);
    const Closest best = closest(question, Aim::kLeastRestart, 0, nullptr, {});
    EXPECT_GE(restart_of(question, any.counts), restart_of(question, best.counts));
    EXPECT_LE(any.bound, restart_of(question, best.counts));
}

}  // namespace
}  // namespace tangram::planner::close
