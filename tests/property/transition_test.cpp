// Ways between random deployments in random phases: the independent checker accepts every one, and
// carried out with failures none breaks a promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/random.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "planner/planner.h"
#include "support/random_problem.h"
#include "support/soak.h"
#include "transition/check/check.h"
#include "transition/execute.h"
#include "transition/way.h"

namespace tangram {
namespace {

using namespace transition;
using deployment::Phase;
using planner::PlanningModel;

struct Day {
    workload::Problem before, after;
    workload::Problem whole;  // `after` with the lost GPUs: its nodes are counted
    PlanningModel model;
    deployment::Deployment current, target;

    Day() = default;
    Day(const Day&) = delete;  // the model points into it
    Day& operator=(const Day&) = delete;
};

Durations durations_of(Granularity granularity) {
    using std::chrono::milliseconds;
    Durations durations;
    durations.granularity = granularity;
    durations.create = durations.destroy = milliseconds(200);
    durations.apply = milliseconds(80'000);
    durations.cold_start = milliseconds(10'000);
    durations.warm_start = milliseconds(3'000);
    durations.route = milliseconds(100);
    durations.drain = milliseconds(1'000);
    durations.stop = milliseconds(500);
    durations.timeout = milliseconds(60'000);
    durations.retries = 2;
    return durations;
}

// Some of what runs is on its way in or out, some has failed.
void disturb(deployment::Deployment& current, Random& random) {
    constexpr Phase kPhases[] = {Phase::kCreating,   Phase::kIdle,     Phase::kStarting,
                                 Phase::kReady,      Phase::kDraining, Phase::kStopping,
                                 Phase::kDestroying, Phase::kFailed,   Phase::kUnknown};
    for (const deployment::GpuIndex g : current.gpus.ids()) {
        for (deployment::Instance& instance : current.gpus[g].instances) {
            if (random.below(8) == 0) instance.phase = kPhases[random.below(std::size(kPhases))];
        }
        if (random.below(12) == 0) current.gpus[g].status = deployment::GpuStatus::kLost;
    }
    for (const deployment::ServiceNameId s : current.services.ids()) {
        if (random.below(6) == 0) current.services[s].floor = current.services[s].rate;
    }
}

// Nothing if there is no plan before or after.
std::unique_ptr<Day> make_day(std::uint64_t seed, bool disturbed, bool losses = false) {
    Random random(seed);
    test::RandomShape shape;
    shape.caps = random.below(3) == 0;
    shape.spread = random.below(3) == 0;
    shape.losses = losses;
    shape.services_max = 5;
    shape.instances_max = 3;
    auto day = std::make_unique<Day>();
    day->before = test::random_problem(seed, shape);
    day->after = day->before;
    for (workload::Service& service : day->after.services) {
        service.rate = Rate{service.rate.count() * random.between(40, 220) / 100};
    }
    const auto exact = planner::make_planner("exact");
    const auto first = planner::build_planning_model(day->before);
    if (!first) return nullptr;
    const planner::Outcome now = exact->plan(*first, {});
    if (!now.plan) return nullptr;
    day->current = planner::assemble(*first, *now.plan).deployment;
    if (disturbed) disturb(day->current, random);
    const auto lost = planner::close::lost_gpus(day->after, day->current, {}).value();
    day->whole = day->after;
    day->after = planner::close::without_lost(day->after, day->current, lost);
    auto model = planner::build_planning_model(day->after);
    if (!model) return nullptr;
    day->model = *std::move(model);
    const planner::Outcome best = exact->plan(day->model, {});
    const auto fleet = planner::close::read_current(day->model, day->current, lost, {});
    if (!best.plan || !fleet) return nullptr;
    const auto target = planner::close::stay_close(day->model, *fleet, best, {});
    if (!target.deployment) return nullptr;
    day->target = *target.deployment;
    return day;
}

WayOptions options_of(std::uint64_t seed, const Day& day) {
    Random random(seed);
    WayOptions options;
    options.seed = seed;
    options.exchange = random.below(2) == 0;
    options.move_kept = random.below(3) == 0;
    if (random.below(4) == 0) options.margin = Share{kSharePerOne / 10};
    if (random.below(4) == 0) {
        options.dips[day.after.services.begin()->name] = Share{kSharePerOne / 4};
    }
    if (random.below(4) == 0) {
        options.objective = {Criterion::kMakespan, Criterion::kSpares, Criterion::kRestarts};
        options.spare_gpus = 2;
    }
    return options;
}

std::string text_of(const TransitionReport& report) {
    std::string text;
    for (const TransitionViolation& one : report.violations) {
        text += one.place + ": " + std::string(name(one.fault)) + ": " + one.message + "\n";
    }
    return text;
}

struct Tally {
    int days = 0, found = 0, steps = 0;
};

void expect_safe(std::uint64_t seed, bool disturbed, Granularity granularity, Tally& tally,
                 bool losses = false) {
    const auto day = make_day(seed, disturbed, losses);
    if (!day || day->after.services.empty()) return;
    ++tally.days;
    const Durations durations = durations_of(granularity);
    const WayOptions options = options_of(seed, *day);
    const auto way = find_way(day->model, day->current, day->target, durations, options);
    ASSERT_TRUE(way.has_value()) << way.error().text() << " seed " << seed;
    if (!way->found) return;
    ++tally.found;
    tally.steps += static_cast<int>(way->graph.steps.size());
    CheckOptions check;
    check.spare_gpus = way->spares;
    check.margin = options.margin;
    check.dips = options.dips;
    const TransitionReport report = check_transition(day->whole, day->current, way->graph, check);
    ASSERT_TRUE(report.ok()) << text_of(report) << "seed " << seed << "\n"
                             << test::describe(day->after);
    EXPECT_GE(way->makespan, way->makespan_bound) << "seed " << seed;
    EXPECT_GE(way->restart, way->target_restart) << "seed " << seed;
    ExecuteOptions run;
    run.seed = seed;
    run.fastest = 0.2;
    run.slowest = 5;
    run.margin = options.margin;
    run.dips = options.dips;
    run.failures[StepKind::kStart] = {0.1, 0.05, 0.02};
    run.failures[StepKind::kDrain] = {0, 0.1, 0.02};
    const Execution execution = execute(day->after, day->current, way->graph, durations, run);
    EXPECT_EQ(execution.breaches, std::vector<std::string>{}) << "seed " << seed;
}

TEST(Transitions, EveryWayIsSafeInEveryOrder) {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= test::soaked(250); ++seed) {
        expect_safe(seed, false, Granularity::kInstance, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.found, tally.days * 9 / 10);
    EXPECT_GT(tally.steps, tally.found * 3);
}

TEST(Transitions, AlsoFromTheMiddleOfAnother) {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= test::soaked(250); ++seed) {
        expect_safe(seed, true, Granularity::kInstance, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.found, tally.days / 2);
}

TEST(Transitions, AlsoOfServicesThatSurviveLosses) {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= test::soaked(200); ++seed) {
        const auto granularity = seed % 4 == 0 ? Granularity::kGpu : Granularity::kInstance;
        expect_safe(seed, seed % 3 == 0, granularity, tally, true);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.found, tally.days * 3 / 4);
    EXPECT_GT(tally.steps, tally.found * 3);
}

TEST(Transitions, AlsoWhereWholeLayoutsAreApplied) {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= test::soaked(200); ++seed) {
        expect_safe(seed, seed % 2 == 0, Granularity::kGpu, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.found, tally.days / 2);
}

// Cut at a random moment, a new transition starts from the phases that are left, to the same end.
TEST(Transitions, GoOnAfterTheyWereCut) {
    std::uint64_t continued = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(120); ++seed) {
        const auto day = make_day(seed, false);
        if (!day || day->after.services.empty()) continue;
        const Durations durations = durations_of(Granularity::kInstance);
        const auto way = find_way(day->model, day->current, day->target, durations, {});
        ASSERT_TRUE(way.has_value());
        if (!way->found || way->graph.steps.empty()) continue;
        ExecuteOptions run;
        run.seed = seed;
        run.cut_at = way->makespan * static_cast<int>(seed % 10) / 10;
        const Execution half = execute(day->after, day->current, way->graph, durations, run);
        const auto rest = find_way(day->model, half.state, way->reached, durations, {});
        ASSERT_TRUE(rest.has_value()) << rest.error().text() << " seed " << seed;
        if (!rest->found) continue;
        ++continued;
        CheckOptions check;
        check.spare_gpus = rest->spares;
        const TransitionReport report =
            check_transition(day->after, half.state, rest->graph, check);
        ASSERT_TRUE(report.ok()) << text_of(report) << "seed " << seed;
    }
    EXPECT_GT(continued, test::soaked(20));
}

}  // namespace
}  // namespace tangram
