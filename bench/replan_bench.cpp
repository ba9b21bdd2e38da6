#include "replan_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "inputs.h"
#include "machine.h"
#include "runs.h"

namespace tangram::bench {
namespace {

struct Times {
    std::vector<double> build_ms;
    std::vector<double> plan_ms;
    std::vector<double> both_ms;
    int unproven = 0;
};

// Half to twice the rate of one service; changes add up.
void change_one_rate(workload::Problem& problem, Random& random) {
    const workload::ServiceId service{
        static_cast<std::uint32_t>(random.below(problem.services.size()))};
    Rate& rate = problem.services[service].rate;
    const double factor = std::exp2(2 * random.unit() - 1);
    rate =
        Rate{std::max<std::int64_t>(1, std::llround(static_cast<double>(rate.count()) * factor))};
}

void replan(const workload::Problem& problem, int threads, Times& times) {
    const auto begin = std::chrono::steady_clock::now();
    const auto model = or_exit(planner::build_planning_model(problem));
    const double build_ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    const Run run = solve("exact", model, threads, std::nullopt);
    times.build_ms.push_back(build_ms);
    times.plan_ms.push_back(run.seconds * 1e3);
    times.both_ms.push_back(build_ms + run.seconds * 1e3);
    if (!proven(run.outcome)) ++times.unproven;
}

void print_row(std::string_view family, std::size_t services, const Times& times) {
    const auto row = [&](std::string_view part, const std::vector<double>& ms) {
        fmt::print("| {} | {} | {} | {} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {} |\n", family,
                   services, ms.size(), part, median(ms), quantile(ms, 0.9), quantile(ms, 0.99),
                   quantile(ms, 1), times.unproven);
    };
    row("model", times.build_ms);
    row("plan", times.plan_ms);
    row("both", times.both_ms);
    std::fflush(stdout);
}

}  // namespace

int run_replan_bench(const ReplanBench& options) {
    const Inputs inputs = load_inputs();
    fmt::print(
        "{}\nA new plan from scratch after one rate changed (half to twice; changes add up); "
        "{} seeds. No warm start: nothing of the plan before is used.\n\n"
        "| family | services | changes | part | median ms | p90 ms | p99 ms | max ms | unproven |\n"
        "|---|---|---|---|---|---|---|---|---|\n",
        machine_line(), options.seeds);
    for (const std::string_view family : {"plain", "irregular"}) {
        Times times;
        for (int seed = 1; seed <= options.seeds; ++seed) {
            workload::Problem problem =
                family_problem(inputs, family, options.services, static_cast<std::uint64_t>(seed));
            Random random(static_cast<std::uint64_t>(seed));
            const int share = options.changes * seed / options.seeds -
                              options.changes * (seed - 1) / options.seeds;
            for (int i = 0; i < share; ++i) {
                change_one_rate(problem, random);
                replan(problem, options.threads, times);
            }
        }
        if (!times.both_ms.empty()) print_row(family, options.services, times);
    }
    return 0;
}

}  // namespace tangram::bench
