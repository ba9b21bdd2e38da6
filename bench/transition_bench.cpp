#include "transition_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>

#include "durations_data.h"
#include "inputs.h"
#include "io/durations_file.h"
#include "machine.h"
#include "planner/assembly.h"
#include "planner/planner.h"
#include "runs.h"
#include "transition/transition.h"
#include "workload/change_kinds.h"

namespace tangram::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Pair {
    std::int64_t gpus_now = 0, gpus_then = 0;
    planner::Outcome outcome;
    transition::Way way;
    double target_seconds = 0, way_seconds = 0;
};

struct Row {
    std::vector<Pair> pairs;
    int skipped = 0;
};

transition::Durations preset(std::string_view name) {
    for (transition::Durations& one : or_exit(io::parse_presets(durations_json(), "presets"))) {
        if (one.name == name) return std::move(one);
    }
    exit_with(invalid_input("there is no preset '" + std::string(name) + "'"));
}

// Nothing where a changed objective can no longer be met.
std::optional<Pair> run_pair(const workload::ChangedProblem& problems,
                             const transition::Durations& durations) {
    const auto before = planner::build_planning_model(problems.before);
    const auto after = planner::build_planning_model(problems.after);
    if (!before || !after) return std::nullopt;
    const Run first = solve("exact", *before, 1, std::nullopt);
    if (!first.outcome.plan) return std::nullopt;
    const deployment::Deployment current =
        planner::assemble(*before, *first.outcome.plan).deployment;
    const auto fleet = or_exit(planner::close::read_current(*after, current, {}, {}));

    Pair pair;
    pair.gpus_now = gpus_of(first.outcome);
    auto begin = Clock::now();
    const auto exact = planner::make_planner("exact");
    const planner::Outcome best = exact->plan(*after, {});
    const auto target = planner::close::stay_close(*after, fleet, best, {});
    pair.target_seconds = seconds_since(begin);
    pair.outcome = target.outcome;
    if (!target.deployment) return std::nullopt;
    pair.gpus_then = std::ssize(target.deployment->gpus);
    begin = Clock::now();
    transition::WayOptions how;
    how.exchange = true;
    pair.way = or_exit(transition::find_way(*after, current, *target.deployment, durations, how));
    pair.way_seconds = seconds_since(begin);
    return pair;
}

template <typename Number>
std::string spread_text(const std::vector<Pair>& pairs, Number number, int digits = 0) {
    std::vector<double> values;
    for (const Pair& pair : pairs) values.push_back(static_cast<double>(number(pair)));
    if (values.empty()) return "-";
    return fmt::format("{:.{}f} / {:.{}f} / {:.{}f}", median(values), digits, quantile(values, 0.9),
                       digits, quantile(values, 1), digits);
}

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

void print_row(std::string_view kind, std::size_t services, const Row& row) {
    const auto& pairs = row.pairs;
    const auto found = std::ranges::count_if(pairs, [](const Pair& p) { return p.way.found; });
    const auto spare = std::ranges::count_if(pairs, [](const Pair& p) { return p.way.spares > 0; });
    const auto proven = std::ranges::count_if(pairs, [](const Pair& p) {
        return p.way.verdict == transition::SpareVerdict::kProvenNecessary;
    });
    std::int64_t spares = 0;
    for (const Pair& pair : pairs) spares += pair.way.spares;
    fmt::print("| {} | {} | {} | {} | {} | {} ({} proven, {} in all) | {} | {} | {} | {} | {} |\n",
               kind, services, pairs.size(),
               spread_text(pairs, [](const Pair& p) { return p.gpus_then; }), found, spare, proven,
               spares, spread_text(pairs, [](const Pair& p) { return p.way.started; }),
               spread_text(pairs, [](const Pair& p) { return p.way.temporaries; }),
               spread_text(
                   pairs, [](const Pair& p) { return seconds(p.way.makespan); }, 1),
               spread_text(
                   pairs, [](const Pair& p) { return p.target_seconds; }, 3),
               spread_text(pairs, [](const Pair& p) { return p.way_seconds; }, 4));
    std::fflush(stdout);
}

void print_pair(const Pair& pair) {
    fmt::print(
        "  GPUs {} -> {}, restart {} (bound {}), found {}, spares {} {}, temporaries {}, "
        "started {} kept {}, steps {}, arcs {}, makespan {:.1f} s (bound {:.1f}), "
        "{:.3f} s + {:.4f} s\n",
        pair.gpus_now, pair.gpus_then, pair.outcome.restart->cost.count(),
        pair.outcome.restart->bound.count(), pair.way.found, pair.way.spares,
        static_cast<int>(pair.way.verdict), pair.way.temporaries, pair.way.started, pair.way.kept,
        pair.way.graph.steps.size(), pair.way.graph.arcs.size(), seconds(pair.way.makespan),
        seconds(pair.way.makespan_bound), pair.target_seconds, pair.way_seconds);
}

}  // namespace

int run_transition_bench(const TransitionBench& options) {
    const Inputs inputs = load_inputs();
    const transition::Durations durations = preset(options.durations);
    fmt::print(
        "{}\nTransitions from the exact plan before to the nearest cheapest plan after a change; "
        "family {}, durations {}. Three figures: median / 90 % / worst.\n\n"
        "| change | services | pairs | GPUs | ways found | with spare GPUs | started | temporaries "
        "| makespan s | target s | way s |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n",
        machine_line(), options.family, options.durations);
    for (const std::string_view kind : workload::change_kinds()) {
        if (kind.find(options.only) == std::string_view::npos) continue;
        for (const std::size_t services : options.services) {
            Row row;
            for (int seed = 1; seed <= options.seeds; ++seed) {
                const auto problem = family_problem(inputs, options.family, services,
                                                    static_cast<std::uint64_t>(seed));
                const auto pair = run_pair(
                    or_exit(workload::changed(problem, kind, static_cast<std::uint64_t>(seed))),
                    durations);
                if (!pair) {
                    ++row.skipped;
                    continue;
                }
                if (options.pairs) print_pair(*pair);
                row.pairs.push_back(*pair);
            }
            print_row(kind, services, row);
        }
    }
    return 0;
}

}  // namespace tangram::bench
