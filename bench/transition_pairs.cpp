#include "transition_pairs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "durations_data.h"
#include "io/durations_file.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "planner/planner.h"
#include "transition/baseline/drain_and_rebuild.h"
#include "transition/baseline/exchange_and_compact.h"
#include "transition/baseline/same_names.h"
#include "workload/change_kinds.h"

namespace tangram::bench {
namespace {

using Clock = std::chrono::steady_clock;
using planner::PlanningModel;

// So many GPUs are few enough to look at all states.
constexpr std::int64_t kFewGpus = 8;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

planner::close::Target closest(const PlanningModel& model, const deployment::Deployment& current,
                               const planner::Outcome& best, Duration start_time,
                               bool whole_layouts = false) {
    const auto fleet = or_exit(planner::close::read_current(model, current, {}, {}));
    planner::close::CloseOptions options;
    options.whole_layouts = whole_layouts;
    options.start_times =
        IdVector<planner::ServiceId, Duration>(model.problem->services.size(), start_time);
    return planner::close::stay_close(model, fleet, best, options);
}

// From `current` to what `after` asks for.
std::unique_ptr<TransitionPair> pair_from(deployment::Deployment current,
                                          const workload::Problem& before,
                                          const workload::Problem& after, Duration start_time) {
    auto pair = std::make_unique<TransitionPair>();
    pair->before = before;
    pair->after = after;
    pair->services = after.services.size();
    auto model = planner::build_planning_model(pair->after);
    if (!model) return nullptr;
    pair->model = *std::move(model);
    pair->current = std::move(current);
    const auto begin = Clock::now();
    const planner::Outcome best = planner::make_planner("exact")->plan(pair->model, {});
    auto target = closest(pair->model, pair->current, best, start_time);
    pair->target_seconds = seconds_since(begin);
    if (!target.deployment) return nullptr;
    pair->near = *std::move(target.deployment);
    pair->outcome = std::move(target.outcome);
    auto whole = closest(pair->model, pair->current, best, start_time, true);
    if (!whole.deployment) return nullptr;
    pair->near_whole = *std::move(whole.deployment);
    pair->fresh = transition::baseline::on_the_same_gpus(
        pair->current, planner::assemble(pair->model, *best.plan).deployment);
    return pair;
}

std::optional<deployment::Deployment> planned(const workload::Problem& problem) {
    const auto model = planner::build_planning_model(problem);
    if (!model) return std::nullopt;
    const planner::Outcome outcome = planner::make_planner("exact")->plan(*model, {});
    if (!outcome.plan) return std::nullopt;
    return planner::assemble(*model, *outcome.plan).deployment;
}

transition::exhaustive::StateAnswer all_states(const TransitionPair& pair) {
    transition::Ground ground =
        or_exit(transition::lay_ground(pair.after, pair.current, pair.near));
    const transition::StopgapMenu menu = transition::stopgap_menu(pair.model, ground);
    const transition::Change change =
        transition::change_of(ground, transition::Granularity::kInstance);
    const transition::Promises promises = transition::promises_of(ground, change, pair.current, {});
    transition::exhaustive::StateOptions options;
    options.exchange = true;
    options.states_max = 20'000;
    transition::exhaustive::StateAnswer answer;
    for (options.temporaries = 0; options.temporaries <= 2; ++options.temporaries) {
        answer = transition::exhaustive::search_states(ground, change, promises, menu, options);
        if (answer.reachable == transition::exhaustive::Reachable::kYes) break;
    }
    return answer;
}

}  // namespace

std::int64_t TransitionPair::gpus() const {
    return std::max(std::ssize(current.gpus), std::ssize(near.gpus));
}

std::unique_ptr<TransitionPair> make_pair(const workload::Problem& before,
                                          const workload::Problem& after, Duration start_time) {
    auto current = planned(before);
    if (!current) return nullptr;
    return pair_from(*std::move(current), before, after, start_time);
}

std::unique_ptr<TransitionPair> make_aged_pair(const workload::Problem& problem, int changes,
                                               std::uint64_t seed, Duration start_time) {
    auto current = planned(problem);
    if (!current) return nullptr;
    workload::Problem now = problem;
    for (int i = 0; i < changes; ++i) {
        const std::uint64_t one = seed * 1'000 + static_cast<std::uint64_t>(i);
        now = or_exit(workload::changed(now, "one", one)).after;
        const auto model = or_exit(planner::build_planning_model(now));
        const planner::Outcome best = planner::make_planner("exact")->plan(model, {});
        auto target = closest(model, *current, best, start_time);
        if (!target.deployment) return nullptr;
        current = std::move(target.deployment);
    }
    const auto last = or_exit(workload::changed(now, "half", seed));
    return pair_from(*std::move(current), last.before, last.after, start_time);
}

TransitionRace race(const TransitionPair& pair, const transition::Durations& durations) {
    using namespace transition;
    const bool one_by_one = durations.granularity == Granularity::kInstance;
    const deployment::Deployment& near = one_by_one ? pair.near : pair.near_whole;
    TransitionRace race;
    const auto baseline_of = [&](baseline::Pace pace, const deployment::Deployment& target,
                                 baseline::Room room = baseline::Room::kFreeSlices) {
        return or_exit(baseline::exchange_and_compact(pair.after, pair.current, target, durations,
                                                      pace, room))
            .figures;
    };
    const auto rebuilt = [&](const deployment::Deployment& target) {
        return or_exit(baseline::drain_and_rebuild(pair.after, pair.current, target, durations))
            .figures;
    };
    race.parallel = baseline_of(baseline::Pace::kParallel, pair.fresh);
    race.roomy = baseline_of(baseline::Pace::kParallel, pair.fresh, baseline::Room::kExtraGpus);
    race.one_by_one = baseline_of(baseline::Pace::kOneByOne, pair.fresh);
    race.rebuild = rebuilt(pair.fresh);
    race.parallel_near = baseline_of(baseline::Pace::kParallel, near);
    race.rebuild_near = rebuilt(near);

    WayOptions how;
    how.exchange = true;
    how.move_kept = true;
    const auto begin = Clock::now();
    race.way = or_exit(find_way(pair.model, pair.current, near, durations, how));
    race.way_seconds = seconds_since(begin);
    how.objective = {Criterion::kMakespan, Criterion::kRestarts, Criterion::kSpares};
    how.spare_gpus = race.parallel.spares;
    race.quick = or_exit(find_way(pair.model, pair.current, near, durations, how));
    race.quick_roomy = race.quick;
    if (race.roomy.spares != race.parallel.spares) {
        how.spare_gpus = race.roomy.spares;
        race.quick_roomy = or_exit(find_way(pair.model, pair.current, near, durations, how));
    }
    const bool few = pair.gpus() <= kFewGpus && one_by_one;
    if (few && (!race.way.found || race.way.spares > 0)) race.without_spares = all_states(pair);
    return race;
}

transition::Durations durations_preset(std::string_view name) {
    for (transition::Durations& one : or_exit(io::parse_presets(durations_json(), "presets"))) {
        if (one.name == name) return std::move(one);
    }
    exit_with(invalid_input("there is no preset '" + std::string(name) + "'"));
}

}  // namespace tangram::bench
