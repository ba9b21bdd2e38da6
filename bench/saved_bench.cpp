#include "saved_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "instances.h"
#include "machine.h"
#include "runs.h"

namespace tangram::bench {
namespace {

constexpr std::array<std::string_view, 4> kShapes = {"normal-1", "normal-2", "lognormal-1",
                                                     "lognormal-2"};

bool of_the_papers(const Instance& instance) {
    if (instance.family.empty()) return instance.scale == 1;
    return instance.services == 24 && std::ranges::find(kShapes, instance.family) != kShapes.end();
}

}  // namespace

int run_saved_bench(double limit_seconds) {
    const Inputs inputs = load_inputs();
    fmt::print(
        "{}\nwhole-gpu: one 7g instance per GPU, one service each, as many processes on it as the "
        "instance allows.\n\n"
        "| instance | exact | whole-gpu | saved |\n|---|---|---|---|\n",
        machine_line());
    for (const Instance& instance : read_instances(instances_path())) {
        if (!of_the_papers(instance)) continue;
        const workload::Problem problem = problem_of(inputs, instance);
        const auto model = or_exit(planner::build_planning_model(problem));
        const Run exact = solve("exact", model, 1, limit_seconds);
        const Run whole = solve("whole-gpu", model, 1, limit_seconds);
        if (!exact.outcome.plan || !whole.outcome.plan) {
            fmt::print("| {} | no plan | | |\n", instance.name);
            continue;
        }
        const double saved = 1 - cost_units(exact.outcome.cost) / cost_units(whole.outcome.cost);
        fmt::print("| {} | {}{} | {} | {:.0f} % |\n", instance.name, gpus_of(exact.outcome),
                   proven(exact.outcome) ? "" : "?", gpus_of(whole.outcome), 100 * saved);
    }
    return 0;
}

}  // namespace tangram::bench
