// Staying close, on random problems whose rates change: against enumeration, and what always holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/random.h"
#include "deployment/checker.h"
#include "deployment/diff.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "planner/close/holdings.h"
#include "planner/close/matching.h"
#include "planner/planner.h"
#include "support/close_brute_force.h"
#include "support/random_problem.h"
#include "support/soak.h"

namespace tangram {
namespace {

using planner::Outcome;
using planner::PlanningModel;
using planner::Status;
namespace close = planner::close;

// A problem, the same with other rates, and the plan of the first: what runs when the second comes.
struct Day {
    workload::Problem before, after;
    workload::Problem whole;  // `after` with the lost GPUs: its nodes are counted
    deployment::Deployment current;
    close::Wishes wishes;
    std::vector<std::string> lost;
    std::int64_t slack = 0;
    bool whole_layouts = false;
    PlanningModel model;
    Outcome best;

    Day() = default;
    Day(const Day&) = delete;  // the model points into it
    Day& operator=(const Day&) = delete;

    [[nodiscard]] Result<close::CurrentFleet> fleet() const {
        return close::read_current(model, current, lost, wishes);
    }
    [[nodiscard]] close::Target target(int threads = 1) const {
        close::CloseOptions options;
        options.slack_gpus = slack;
        options.whole_layouts = whole_layouts;
        options.search.threads = threads;
        return close::stay_close(model, fleet().value(), best, options);
    }
};

Outcome exact(const PlanningModel& model) {
    return planner::make_planner("exact")->plan(model, {});
}

// Nothing if there is no plan before or after.
std::unique_ptr<Day> make_day(std::uint64_t seed, const test::RandomShape& shape, bool lose) {
    Random random(seed);
    auto day = std::make_unique<Day>();
    day->before = test::random_problem(seed, shape);
    day->after = day->before;
    for (workload::Service& service : day->after.services) {
        if (random.below(2) == 0) {
            service.rate = Rate{service.rate.count() * random.between(40, 180) / 100};
        }
    }
    const auto first = planner::build_planning_model(day->before);
    if (!first) return nullptr;
    const Outcome plan = exact(*first);
    if (!plan.plan) return nullptr;
    day->current = planner::assemble(*first, *plan.plan).deployment;
    day->whole = day->after;
    if (lose && !day->current.gpus.empty()) {
        const std::size_t gpu = random.below(day->current.gpus.size());
        day->lost.push_back(day->current.gpus.raw()[gpu].id);
        day->after = close::without_lost(day->after, day->current, day->lost);
    }
    auto model = planner::build_planning_model(day->after);
    if (!model) return nullptr;
    day->model = *std::move(model);
    day->best = exact(day->model);
    if (!day->best.plan) return nullptr;
    return day;
}

// Then no cost says how many there may be.
bool free_gpus(const Day& day) { return day.after.fleet[planner::FleetEntryId{0}].cost == Cost{}; }

test::RandomShape one_kind() {
    test::RandomShape shape;
    shape.entries_max = 1;
    shape.services_max = 3;
    return shape;
}

std::size_t gpus_in(const Outcome& outcome) {
    std::int64_t gpus = 0;
    for (const std::int64_t count : outcome.plan->partitions) gpus += count;
    return static_cast<std::size_t>(gpus);
}

std::int64_t slices(planner::SliceTime time) { return time.count() / 1'000; }

// What the files say restarts: instances the new deployment has and the old one has not.
std::int64_t restarted_slices(const deployment::Deployment& before,
                              const deployment::Deployment& after) {
    std::int64_t sum = 0;
    for (const deployment::GpuDiff& gpu : deployment::diff(before, after).gpus) {
        for (const deployment::InstanceRecord& one : gpu.created) {
            sum += std::max(1, std::stoi(one.profile));
        }
    }
    return sum;
}

void expect_equals_enumeration(bool whole_layouts) {
    std::uint64_t compared = 0;
    std::uint64_t moved = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(400); ++seed) {
        const auto day = make_day(seed, one_kind(), seed % 3 == 0);
        if (!day || free_gpus(*day) || gpus_in(day->best) > 3) continue;
        day->slack = static_cast<std::int64_t>(seed % 2);
        day->whole_layouts = whole_layouts;
        const std::size_t gpus = gpus_in(day->best) + static_cast<std::size_t>(day->slack);
        const auto cap = day->model.entries[planner::FleetEntryId{0}].cap;
        const test::CloseEnumeration all = test::least_restarts(
            {&day->model, &day->current, {}, {}, day->lost, false, whole_layouts},
            cap ? std::min(gpus, static_cast<std::size_t>(*cap)) : gpus);
        if (!all.complete) continue;
        const close::Target target = day->target();
        ASSERT_TRUE(target.outcome.restart && all.restarts.back()) << seed;
        EXPECT_EQ(slices(target.outcome.restart->cost), *all.restarts.back())
            << "seed " << seed << "\n"
            << test::describe(day->after);
        EXPECT_EQ(target.outcome.restart->bound, target.outcome.restart->cost) << seed;
        ++compared;
        moved += *all.restarts.back() > 0 ? 1U : 0U;
    }
    EXPECT_GT(compared, test::soaked(100));
    EXPECT_GT(moved, test::soaked(30));
}

TEST(StayingClose, EqualsEnumeration) { expect_equals_enumeration(false); }
TEST(StayingClose, EqualsEnumerationWhereWholeLayoutsAreApplied) {
    expect_equals_enumeration(true);
}

TEST(StayingClose, EqualsEnumerationWithSomethingFrozen) {
    std::uint64_t compared = 0;
    std::uint64_t dearer = 0;
    std::uint64_t impossible = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(400); ++seed) {
        const auto day = make_day(seed, one_kind(), false);
        if (!day || free_gpus(*day) || gpus_in(day->best) > 3 || day->current.gpus.empty())
            continue;
        Random random(seed);
        test::CloseQuestion question{&day->model, &day->current, {}, {}, {}};
        if (random.below(2) == 0) {
            const std::size_t s = random.below(day->after.services.size());
            question.frozen_services = {day->after.services.raw()[s].name};
        } else {
            const std::size_t g = random.below(day->current.gpus.size());
            question.frozen_gpus = {day->current.gpus.raw()[g].id};
        }
        day->wishes.frozen = question.frozen_services;
        day->wishes.frozen.insert(day->wishes.frozen.end(), question.frozen_gpus.begin(),
                                  question.frozen_gpus.end());
        const std::size_t most = gpus_in(day->best) + 3;
        const auto cap = day->model.entries[planner::FleetEntryId{0}].cap;
        const test::CloseEnumeration all = test::least_restarts(
            question, cap ? std::min(most, static_cast<std::size_t>(*cap)) : most);
        if (!all.complete) continue;
        const close::Target target = day->target();
        const auto first = std::ranges::find_if(all.restarts, [](const auto& r) { return !!r; });
        if (first == all.restarts.end()) {
            EXPECT_NE(target.outcome.status, Status::kOptimal) << seed;
            impossible += target.outcome.status == Status::kInfeasible ? 1U : 0U;
            continue;
        }
        ASSERT_TRUE(target.outcome.plan) << seed << " " << target.outcome.stop_reason;
        const auto gpus = static_cast<std::size_t>(first - all.restarts.begin());
        const Cost each = day->after.fleet[planner::FleetEntryId{0}].cost;
        EXPECT_EQ(target.outcome.cost, each * static_cast<std::int64_t>(gpus)) << seed;
        EXPECT_EQ(target.outcome.status, Status::kOptimal) << seed;
        EXPECT_EQ(slices(target.outcome.restart->cost), **first) << "seed " << seed << "\n"
                                                                 << test::describe(day->after);
        ++compared;
        dearer += gpus > gpus_in(day->best) ? 1U : 0U;
    }
    EXPECT_GT(compared, test::soaked(100));
    EXPECT_GT(dearer, test::soaked(3));
    EXPECT_GT(impossible, test::soaked(3));
}

// Places are not part of the program, so its bound may lie below and its plan above the optimum.
TEST(StayingClose, NearlyEqualsEnumerationWhereLossesMustBeSurvived) {
    test::RandomShape shape = one_kind();
    shape.losses = true;
    std::uint64_t compared = 0;
    std::uint64_t moved = 0;
    int equal = 0;
    int proven = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(300); ++seed) {
        const auto day = make_day(seed, shape, seed % 3 == 0);
        if (!day || free_gpus(*day) || gpus_in(day->best) > 3) continue;
        const auto survives = [](const planner::Demand& one) { return one.after_loss() > Rate{}; };
        const auto by_node = [](const planner::Demand& one) {
            return one.after_node_loss > Rate{};
        };
        if (std::ranges::none_of(day->model.demands, survives)) continue;
        if (std::ranges::any_of(day->model.demands, by_node)) continue;
        day->slack = static_cast<std::int64_t>(seed % 2);
        const std::size_t gpus = gpus_in(day->best) + static_cast<std::size_t>(day->slack);
        const auto cap = day->model.entries[planner::FleetEntryId{0}].cap;
        const test::CloseEnumeration all =
            test::least_restarts({&day->model, &day->current, {}, {}, day->lost},
                                 cap ? std::min(gpus, static_cast<std::size_t>(*cap)) : gpus);
        if (!all.complete) continue;
        const planner::Restart found = *day->target().outcome.restart;
        ASSERT_TRUE(all.restarts.back()) << seed;
        const std::int64_t least = *all.restarts.back();
        EXPECT_LE(slices(found.bound), least) << "seed " << seed << "\n"
                                              << test::describe(day->after);
        EXPECT_GE(slices(found.cost), least) << seed;
        ++compared;
        moved += least > 0 ? 1U : 0U;
        equal += slices(found.cost) == least ? 1 : 0;
        proven += found.bound == found.cost ? 1 : 0;
    }
    EXPECT_GT(compared, test::soaked(40));
    EXPECT_GT(moved, test::soaked(15));
    const int spared = test::soaked(300) < 300 ? 1 : 0;  // of few, one more may differ
    EXPECT_GT((equal + spared) * 100, compared * 94);
    EXPECT_GT(proven * 100, compared * 85);
}

// On fleets of two kinds, with counts, costs, spread and lost GPUs.
void expect_it_holds(bool losses, std::uint64_t seeds) {
    test::RandomShape shape;
    shape.spread = true;
    shape.losses = losses;
    shape.instances_max = 4;
    std::uint64_t planned = 0;
    std::uint64_t fell_back = 0;
    std::int64_t bounds = 0;
    std::int64_t restarts = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const auto day = make_day(seed, shape, seed % 4 == 0);
        if (!day) continue;
        day->slack = static_cast<std::int64_t>(seed % 3 == 0 ? 1 : 0);
        const close::Target target = day->target();
        ASSERT_TRUE(target.outcome.restart && target.deployment) << seed;
        ++planned;
        fell_back += target.outcome.restart->note.empty() ? 0U : 1U;

        const deployment::CheckReport check = deployment::check(day->whole, *target.deployment);
        EXPECT_TRUE(check.ok()) << "seed " << seed << ": " << check.violations.front().message;
        for (const deployment::DeployedGpu& gpu : target.deployment->gpus) {
            EXPECT_TRUE(std::ranges::find(day->lost, gpu.id) == day->lost.end()) << seed;
        }
        Cost cheapest{std::numeric_limits<std::int64_t>::max()};
        for (const auto& entry : day->after.fleet) cheapest = std::min(cheapest, entry.cost);
        EXPECT_LE(target.outcome.cost, day->best.cost + cheapest * day->slack) << seed;
        EXPECT_GE(target.outcome.cost, day->best.bound) << seed;

        const planner::Restart& restart = *target.outcome.restart;
        EXPECT_LE(restart.bound, restart.cost) << seed;
        // The files must tell the same story, but that lost GPUs keep their names for nobody.
        EXPECT_EQ(slices(restart.cost), restarted_slices(day->current, *target.deployment)) << seed;
        const auto fleet = day->fleet().value();
        std::vector<std::int64_t> weights;
        for (const planner::Option& option : day->model.options) {
            const planner::InstanceType& type = day->model.types[option.type];
            weights.push_back(
                std::int64_t{1'000} *
                day->after.gpu_model(type.entry).profiles[type.profile].compute_slices);
        }
        const close::Placed matched = close::matched(day->model, fleet, weights, *day->best.plan);
        if (close::apart_as_asked(day->model, matched)) {
            EXPECT_LE(restart.cost.count(), close::restart_of(day->model, weights, matched))
                << seed;
        }
        bounds += restart.bound.count();
        restarts += restart.cost.count();
    }
    EXPECT_GT(planned, seeds / 2);
    EXPECT_LT(fell_back, planned / (losses ? 25 : 50));  // for the sake of places
    EXPECT_GT(bounds * 100, restarts * 90);
}

TEST(StayingClose, AlwaysHolds) { expect_it_holds(false, test::soaked(400)); }
TEST(StayingClose, AlwaysHoldsWhereLossesMustBeSurvived) {
    expect_it_holds(true, test::soaked(200));
}

// The way of large programs on small ones: between the bound and the matched plan, and next to
// always what the whole program finds.
TEST(StayingClose, LargeProgramsGoByColumns) {
    test::RandomShape shape;
    shape.spread = true;
    shape.instances_max = 4;
    shape.services_max = 8;
    std::uint64_t planned = 0;
    int equal = 0;
    std::int64_t bounds = 0;
    std::int64_t restarts = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(300); ++seed) {
        shape.losses = seed % 3 == 1;
        const auto day = make_day(seed, shape, seed % 4 == 0);
        if (!day) continue;
        day->slack = static_cast<std::int64_t>(seed % 3 == 0 ? 1 : 0);
        const close::CurrentFleet fleet = day->fleet().value();
        close::CloseOptions options;
        options.slack_gpus = day->slack;
        const close::Target whole = stay_close(day->model, fleet, day->best, options);
        options.small_program = 0;
        options.gap_per_thousand = 0;
        const close::Target columns = stay_close(day->model, fleet, day->best, options);
        ASSERT_TRUE(columns.outcome.restart && columns.deployment) << seed;
        const deployment::CheckReport check = deployment::check(day->whole, *columns.deployment);
        EXPECT_TRUE(check.ok()) << "seed " << seed << ": " << check.violations.front().message;
        const planner::Restart& restart = *columns.outcome.restart;
        EXPECT_LE(restart.bound, whole.outcome.restart->cost) << seed;
        EXPECT_LE(whole.outcome.restart->bound, restart.cost) << seed;
        EXPECT_EQ(slices(restart.cost), restarted_slices(day->current, *columns.deployment))
            << seed;
        ++planned;
        equal += restart.cost == whole.outcome.restart->cost ? 1 : 0;
        bounds += restart.bound.count();
        restarts += restart.cost.count();
    }
    EXPECT_GT(planned, test::soaked(150));
    EXPECT_GT(equal * 100, planned * 97);
    EXPECT_GT(bounds * 100, restarts * 90);
}

TEST(StayingClose, NothingNewNothingRestarts) {
    std::uint64_t asked = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(200); ++seed) {
        const auto day = make_day(seed, {}, false);
        if (!day) continue;
        day->after.services = day->before.services;
        // One rate falls a little: what runs is enough.
        workload::Service& one = day->after.services[workload::ServiceId{0}];
        one.rate = Rate{one.rate.count() * 99 / 100};
        auto model = planner::build_planning_model(day->after);
        ASSERT_TRUE(model);
        day->model = *std::move(model);
        day->best = exact(day->model);
        const Cost before = *day->current.claimed_cost;
        if (!day->best.plan || day->best.cost < before) continue;
        const close::Target target = day->target();
        EXPECT_EQ(target.outcome.restart->cost.count(), 0) << seed;
        EXPECT_EQ(target.outcome.restart->stopped, 0) << seed;
        ++asked;
    }
    EXPECT_GT(asked, test::soaked(80));
}

TEST(StayingClose, ThreadsDoNotMatter) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const auto day = make_day(seed, {}, false);
        if (!day) continue;
        const close::Target one = day->target(1);
        const close::Target four = day->target(4);
        EXPECT_TRUE(deployment::diff(*one.deployment, *four.deployment).empty()) << seed;
        EXPECT_EQ(one.outcome.work, four.outcome.work) << seed;
    }
}

}  // namespace
}  // namespace tangram
