#include "close_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "deployment/checker.h"
#include "inputs.h"
#include "machine.h"
#include "planner/assembly.h"
#include "planner/close/close.h"
#include "planner/close/matching.h"
#include "runs.h"

namespace tangram::bench {
namespace {

namespace close = planner::close;

// So many services of a family, rates multiplied, and so many rates per thousand changed.
struct Setting {
    std::string_view name;
    std::string_view family;
    std::size_t services;
    std::int64_t rates_times;
    std::size_t changed_per_thousand;
};
constexpr std::array<Setting, 17> kSettings = {{
    {"fleet-10", "plain", 10, 1, 500},
    {"fleet-50", "plain", 50, 1, 500},
    {"fleet-90", "plain", 90, 1, 500},
    {"fleet-10-large", "plain", 10, 8, 500},
    {"fleet-90-irregular", "irregular", 90, 1, 500},
    {"fleet-1000", "plain", 200, 9, 500},
    {"fleet-1000-irregular", "irregular", 200, 9, 500},
    {"fleet-1000-mixed", "mixed-2", 200, 9, 500},
    {"fleet-50-mixed", "mixed-2", 50, 1, 500},
    {"hundred", "plain", 100, 1, 200},
    {"many-one", "plain", 1'000, 1, 1},
    {"many-irregular-one", "irregular", 1'000, 1, 1},
    {"many-0.2%", "plain", 1'000, 1, 2},
    {"many-1%", "plain", 1'000, 1, 10},
    {"many-5%", "plain", 1'000, 1, 50},
    {"many-20%", "plain", 1'000, 1, 200},
    {"many-50%", "plain", 1'000, 1, 500},
}};

struct Row {
    std::vector<double> seconds, gaps, gpus;
    double restart = 0, bound = 0, matched = 0, scratch = 0;  // slices, over all pairs
    int close = 0;  // pairs within one start or 2 % of the bound
};

// Half to twice the rate, of as many services as asked, at least one.
void change_rates(workload::Problem& problem, std::size_t per_thousand, Random& random) {
    const std::size_t services = problem.services.size();
    std::size_t left = std::max<std::size_t>(1, services * per_thousand / 1'000);
    for (const workload::ServiceId s : problem.services.ids()) {
        const double factor = std::exp2(2 * random.unit() - 1);
        if (random.below(services - s.index()) >= left) continue;
        --left;
        Rate& rate = problem.services[s].rate;
        rate = Rate{
            std::max<std::int64_t>(1, std::llround(static_cast<double>(rate.count()) * factor))};
    }
}

// Compute slices, as stay_close weighs them without start times.
std::vector<std::int64_t> slices_of(const planner::PlanningModel& model) {
    std::vector<std::int64_t> slices;
    for (const planner::Option& option : model.options) {
        const planner::InstanceType& type = model.types[option.type];
        slices.push_back(std::max(
            1, model.problem->gpu_model(type.entry).profiles[type.profile].compute_slices));
    }
    return slices;
}

double in_slices(planner::SliceTime time) {
    return static_cast<double>(time.count()) / planner::kSliceTimePerSecond;
}

void measure(const Inputs& inputs, const Setting& setting, const CloseBench& options,
             std::uint64_t seed, Row& row) {
    workload::Problem problem = family_problem(inputs, setting.family, setting.services, seed);
    for (workload::Service& one : problem.services) {
        one.rate = Rate{one.rate.count() * setting.rates_times};
    }
    const auto before = or_exit(planner::build_planning_model(problem));
    const auto current = assemble(before, *solve("exact", before, 1, {}).outcome.plan).deployment;
    Random random(seed);
    change_rates(problem, setting.changed_per_thousand, random);
    const auto model = or_exit(planner::build_planning_model(problem));
    const planner::Outcome best = solve("exact", model, 1, {}).outcome;
    const auto fleet = or_exit(close::read_current(model, current, {}, {}));

    close::CloseOptions close_options;
    close_options.search.threads = options.threads;
    const auto begin = std::chrono::steady_clock::now();
    const close::Target target = stay_close(model, fleet, best, close_options);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    const auto check = deployment::check(problem, *target.deployment);
    if (!check.ok()) exit_with(invalid_input(check.violations.front().message));

    const auto slices = slices_of(model);
    const double restart = in_slices(target.outcome.restart->cost);
    const double bound = in_slices(target.outcome.restart->bound);
    row.seconds.push_back(spent.count());
    row.gpus.push_back(static_cast<double>(gpus_of(best)));
    row.gaps.push_back(restart == bound ? 0 : 1 - bound / restart);
    const double start =
        restart / static_cast<double>(std::max<std::int64_t>(1, target.outcome.restart->started));
    if (restart <= bound + std::max(start, 0.02 * bound) + 1e-9) ++row.close;
    row.restart += restart;
    row.bound += bound;
    row.matched +=
        static_cast<double>(restart_of(model, slices, matched(model, fleet, slices, *best.plan)));
    row.scratch += static_cast<double>(
        restart_of(model, slices, close::as_assembled(model, fleet, *best.plan)));
}

void print_row(const Setting& setting, const Row& row) {
    const auto pairs = static_cast<double>(row.seconds.size());
    fmt::print(
        "| {} | {} | {} | {:.0f} | {:.1f} % | {} | {:.2f} | {:.2f} | {:.1f} % | {:.1f} % "
        "| {:.0f} % | {:.0f} | {:.0f} | {:.0f} | {:.0f} |\n",
        setting.name, setting.family, setting.services, median(row.gpus),
        static_cast<double>(setting.changed_per_thousand) / 10, row.seconds.size(),
        median(row.seconds), quantile(row.seconds, 1), 100 * median(row.gaps),
        100 * quantile(row.gaps, 1), 100 * row.close / pairs, row.bound, row.restart, row.matched,
        row.scratch);
    std::fflush(stdout);
}

}  // namespace

int run_close_bench(const CloseBench& options) {
    const Inputs inputs = load_inputs();
    fmt::print(
        "{}\nSome rates changed (half to twice); restarted compute slices, over all pairs. Seeds "
        "{} to {}. Close: within 2 % or one average start of the bound.\n\n"
        "| name | family | services | GPUs | changed | pairs | median s | max s | median gap "
        "| max gap | close | bound | restart | matched | from scratch |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        machine_line(), options.seed, options.seed + options.pairs - 1);
    for (const Setting& setting : kSettings) {
        if (setting.name.find(options.only) == std::string_view::npos) continue;
        Row row;
        for (int pair = 0; pair < options.pairs; ++pair) {
            measure(inputs, setting, options,
                    static_cast<std::uint64_t>(options.seed) + static_cast<std::uint64_t>(pair),
                    row);
        }
        print_row(setting, row);
    }
    return 0;
}

}  // namespace tangram::bench
