// The baselines on random problems: they arrive, and those that promise capacity keep it in every
// order; and our own way against all states of small transitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/random.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "support/random_problem.h"
#include "support/replay.h"
#include "support/soak.h"
#include "transition/baseline/drain_and_rebuild.h"
#include "transition/baseline/exchange_and_compact.h"
#include "transition/baseline/same_names.h"
#include "transition/exhaustive/states.h"
#include "transition/order.h"
#include "transition/reach.h"
#include "transition/spare_proof.h"
#include "transition/way.h"

namespace tangram {
namespace {

using namespace transition;
using planner::Outcome;
using planner::PlanningModel;

// What runs, and what shall run: nearest to it, and made from scratch.
struct Day {
    workload::Problem before, after;
    PlanningModel model;
    deployment::Deployment current, near, fresh;
};

// Nothing if there is no plan before or after.
std::unique_ptr<Day> make_day(std::uint64_t seed, const test::RandomShape& shape) {
    Random random(seed);
    auto made = std::make_unique<Day>();
    made->before = test::random_problem(seed, shape);
    made->after = made->before;
    for (workload::Service& service : made->after.services) {
        service.rate = Rate{service.rate.count() * random.between(50, 200) / 100};
    }
    const auto first = planner::build_planning_model(made->before);
    auto second = planner::build_planning_model(made->after);
    if (!first || !second) return nullptr;
    made->model = *std::move(second);
    const auto exact = planner::make_planner("exact");
    const Outcome now = exact->plan(*first, {});
    const Outcome then = exact->plan(made->model, {});
    if (!now.plan || !then.plan) return nullptr;
    made->current = planner::assemble(*first, *now.plan).deployment;
    made->fresh = baseline::on_the_same_gpus(made->current,
                                             planner::assemble(made->model, *then.plan).deployment);
    const auto fleet = planner::close::read_current(made->model, made->current, {}, {});
    const auto target = planner::close::stay_close(made->model, fleet.value(), then, {});
    if (!target.deployment) return nullptr;
    made->near = *target.deployment;
    return made;
}

test::RandomShape one_kind() {
    test::RandomShape shape;
    shape.entries_max = 1;
    shape.caps = false;
    shape.services_max = 5;
    shape.instances_max = 3;
    return shape;
}

Durations durations_of(Granularity granularity) {
    Durations durations;
    durations.granularity = granularity;
    durations.create = durations.destroy = std::chrono::milliseconds(200);
    durations.apply = std::chrono::seconds(80);
    durations.cold_start = std::chrono::seconds(10);
    durations.warm_start = std::chrono::seconds(3);
    durations.route = std::chrono::milliseconds(100);
    durations.drain = std::chrono::seconds(1);
    durations.stop = std::chrono::milliseconds(500);
    return durations;
}

void expect_arrives(const Day& day, const deployment::Deployment& target, const StepGraph& graph,
                    bool keeps_capacity, std::uint64_t seed) {
    for (std::uint64_t run = 0; run < 3; ++run) {
        const test::Replay replay = test::replay(day.current, graph, seed * 7 + run);
        ASSERT_TRUE(replay.faults.empty()) << seed << ": " << replay.faults.front();
        // Where whole layouts are applied, an instance nobody is on any more can be left.
        auto reached = replay.reached;
        std::erase_if(reached, [](const std::string& one) { return one.ends_with(' '); });
        ASSERT_EQ(reached, test::contents(target)) << seed;
        ASSERT_LE(replay.gpus_most, graph.gpus_at_most) << seed;
        if (!keeps_capacity) continue;
        const auto broken = test::broken_floors(graph, replay);
        ASSERT_TRUE(broken.empty()) << seed << ": " << broken.front();
    }
}

TEST(TransitionBaselines, ReachTheTargetAndKeepWhatTheyPromise) {
    std::uint64_t compared = 0;
    std::uint64_t with_spares = 0;
    std::uint64_t twice = 0;
    std::uint64_t dipped = 0;
    for (std::uint64_t seed = 1; seed <= test::soaked(150); ++seed) {
        const auto day = make_day(seed, one_kind());
        if (!day) continue;
        for (const Granularity granularity : {Granularity::kInstance, Granularity::kGpu}) {
            const Durations durations = durations_of(granularity);
            for (const deployment::Deployment* target : {&day->near, &day->fresh}) {
                const auto fast =
                    baseline::drain_and_rebuild(day->after, day->current, *target, durations);
                ASSERT_TRUE(fast) << fast.error().text();
                expect_arrives(*day, *target, fast->graph, false, seed);
                const auto parallel = baseline::exchange_and_compact(
                    day->after, day->current, *target, durations, baseline::Pace::kParallel,
                    baseline::Room::kFreeSlices);
                ASSERT_TRUE(parallel) << seed << parallel.error().text();
                expect_arrives(*day, *target, parallel->graph, true, seed);
                const auto slow = baseline::exchange_and_compact(
                    day->after, day->current, *target, durations, baseline::Pace::kOneByOne,
                    baseline::Room::kFreeSlices);
                ASSERT_TRUE(slow) << slow.error().text();
                expect_arrives(*day, *target, slow->graph, true, seed);
                const auto roomy = baseline::exchange_and_compact(
                    day->after, day->current, *target, durations, baseline::Pace::kParallel,
                    baseline::Room::kExtraGpus);
                ASSERT_TRUE(roomy) << roomy.error().text();
                expect_arrives(*day, *target, roomy->graph, true, seed);
                EXPECT_GE(slow->figures.makespan, parallel->figures.makespan) << seed;
                EXPECT_EQ(slow->figures.restart, parallel->figures.restart) << seed;
                EXPECT_EQ(parallel->figures.lowest, Share{kSharePerOne}) << seed;
                EXPECT_GE(parallel->figures.spares, 0) << seed;
                ++compared;
                with_spares += parallel->figures.spares > 0 ? 1U : 0U;
                twice += parallel->figures.temporaries > 0 ? 1U : 0U;
                dipped += fast->figures.lowest < Share{kSharePerOne} ? 1U : 0U;
            }
        }
    }
    EXPECT_GT(compared, test::soaked(200));
    EXPECT_GT(with_spares, test::soaked(20));
    EXPECT_GT(twice, test::soaked(20));
    EXPECT_GT(dipped, test::soaked(100));
}

// A transition as the engine's parts see it.
struct Small {
    Ground ground;
    StopgapMenu menu;
    Change change;
    std::vector<GpuIndex> spares;

    Small(const Day& made, const deployment::Deployment& target, std::int64_t spare_gpus)
        : ground(lay_ground(made.after, made.current, target).value()) {
        for (std::int64_t i = 0; i < spare_gpus && !ground.gpus.empty(); ++i) {
            spares.push_back(ground.add_gpu("spare-" + std::to_string(i), 0, ""));
        }
        menu = stopgap_menu(made.model, ground);
        change = change_of(ground, Granularity::kInstance);
    }
    [[nodiscard]] Promises promises(const Day& made) const {
        return promises_of(ground, change, made.current, {{}, {}, std::ssize(spares)});
    }
    [[nodiscard]] exhaustive::StateAnswer all_states(const Day& made, std::size_t temporaries,
                                                     bool exchange) const {
        exhaustive::StateOptions how;
        how.exchange = exchange;
        how.spares = spares;
        how.temporaries = temporaries;
        how.states_max = 30'000;
        return exhaustive::search_states(ground, change, promises(made), menu, how);
    }
    [[nodiscard]] Sequence ordered(const Day& made, bool temporaries, bool exchange,
                                   const Durations& durations) const {
        Sequence best;
        const Promises promised = promises(made);
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            OrderOptions how;
            how.seed = seed;
            how.exchange = exchange;
            how.stopgaps = temporaries;
            how.spares = spares;
            Sequence one = order(ground, change, promised, menu, durations, how);
            if (one.complete && (!best.complete || one.temporaries < best.temporaries)) {
                best = std::move(one);
            }
        }
        return best;
    }
};

using exhaustive::Reachable;

struct Tally {
    int decided = 0, reachable = 0, found = 0;
};

std::string text(const Tally& tally) {
    return std::to_string(tally.found) + " of " + std::to_string(tally.reachable) +
           " reachable ones, of " + std::to_string(tally.decided) + " decided";
}

// Calls look(day, target, what it is) for small transitions: to the nearest plan and to one made
// from scratch, which is much further.
template <typename Look>
void for_small_days(std::uint64_t days, Look look) {
    for (std::uint64_t seed = 1; seed <= test::soaked(days); ++seed) {
        const auto made = make_day(seed, one_kind());
        if (!made || made->near.gpus.size() > 6) continue;
        look(*made, made->near, "seed " + std::to_string(seed) + ", nearest target");
        look(*made, made->fresh, "seed " + std::to_string(seed) + ", target from scratch");
    }
}

TEST(TransitionStates, OrderFindsWaysWhereThereAreAny) {
    const Durations durations = durations_of(Granularity::kInstance);
    Tally plain, exchanged, helped, spare;
    for_small_days(
        400, [&](const Day& day, const deployment::Deployment& target, const std::string& what) {
            const auto count = [&](Tally& tally, const Small& on, std::size_t temporaries,
                                   bool exchange) {
                const auto states = on.all_states(day, temporaries, exchange);
                if (states.reachable == Reachable::kUndecided) return states.reachable;
                const bool found = on.ordered(day, temporaries > 0, exchange, durations).complete;
                ++tally.decided;
                if (states.reachable == Reachable::kNo) {
                    EXPECT_FALSE(found && temporaries == 0) << what;
                    return states.reachable;
                }
                ++tally.reachable;
                tally.found += found ? 1 : 0;
                if (!found) {
                    std::printf("not found: %s, %d temporaries, %d spares, exchange %d\n",
                                what.c_str(), static_cast<int>(temporaries),
                                static_cast<int>(on.spares.size()), exchange ? 1 : 0);
                }
                return states.reachable;
            };
            const Small small(day, target, 0);
            count(plain, small, 0, false);
            if (count(exchanged, small, 0, true) == Reachable::kYes) return;
            if (count(helped, small, 1, true) == Reachable::kYes) return;
            count(spare, Small(day, target, 1), 1, true);
        });
    std::printf(
        "found without help: %s\nwith exchanges: %s\nwith one temporary at a time: %s\n"
        "and a spare GPU: %s\n",
        text(plain).c_str(), text(exchanged).c_str(), text(helped).c_str(), text(spare).c_str());
    // Not all: list scheduling never takes back a choice.
    EXPECT_GE(plain.found * 1'000, plain.reachable * 995);
    EXPECT_GE(exchanged.found * 1'000, exchanged.reachable * 980);
    EXPECT_GT(plain.reachable, 100);
}

TEST(TransitionStates, WhatIsProvenOutOfReachIs) {
    const Durations durations = durations_of(Granularity::kInstance);
    int proven = 0;
    int out_of_states = 0;
    for_small_days(
        300, [&](const Day& day, const deployment::Deployment& target, const std::string& what) {
            const Small small(day, target, 0);
            for (const bool exchange : {false, true}) {
                const Reach reach = reach_of(small.ground, small.change, small.promises(day),
                                             small.menu, durations, exchange);
                const auto alone = small.all_states(day, 0, exchange);
                if (!reach.without_help) {
                    EXPECT_NE(alone.reachable, Reachable::kYes) << what;
                }
                const bool searched = spare_is_necessary(small.ground, small.change,
                                                         small.promises(day), small.menu, exchange);
                if (alone.reachable == Reachable::kYes) {
                    EXPECT_FALSE(searched) << what;
                    continue;
                }
                const auto helped = small.all_states(day, 2, exchange);
                out_of_states += helped.reachable == Reachable::kNo ? 1 : 0;
                if (reach.without_spare && !searched) continue;
                ++proven;
                EXPECT_NE(helped.reachable, Reachable::kYes) << what;
            }
        });
    std::printf("a spare GPU proven necessary: %d, of that by all states: %d\n", proven,
                out_of_states);
}

}  // namespace
}  // namespace tangram
