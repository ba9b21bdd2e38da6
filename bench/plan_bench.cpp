#include "plan_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "inputs.h"
#include "machine.h"
#include "planner/planner.h"
#include "runs.h"

namespace tangram::bench {
namespace {

struct Size {
    std::string_view family;
    std::size_t services;
    bool yardstick;  // also by the compact model
};

constexpr Size kSizes[] = {
    {"plain", 100, true},
    {"plain", 1'000, true},
    {"plain", 10'000, false},
    {"plain", 100'000, false},
    {"rates-x10", 10'000, false},
    {"rates-x250", 1'000, true},
    {"rates-x250", 10'000, false},
    {"irregular", 100, true},
    {"irregular", 1'000, true},
    {"irregular", 10'000, false},
    {"no-1g", 1'000, true},
    {"tiny-rates", 1'000, true},
    {"one-process", 1'000, true},
    {"tight-latency", 1'000, true},
    {"mixed-2", 100, true},
    {"mixed-2", 1'000, false},
    {"mixed-2", 10'000, false},
    {"mixed-2", 100'000, false},
    {"mixed-3", 100, true},
    {"mixed-3", 1'000, false},
    {"mixed-3", 10'000, false},
    {"mixed-2-capped", 100, true},
    {"mixed-2-capped", 1'000, false},
    {"mixed-3-capped", 1'000, false},
    {"plain", 1'000'000, false},  // last: memory is reported as the peak so far
};

// What stays unproven: every seed with its bound and cost, or a summary of many.
class OpenProblems {
public:
    void add(int seed, const planner::Outcome& outcome) {
        const double cost = cost_units(outcome.cost);
        const double bound = cost_units(outcome.bound);
        gaps_.push_back(outcome.plan ? cost - bound : -1);
        relative_.push_back(cost > 0 ? (cost - bound) / cost : 0);
        const std::string_view end = outcome.plan ? "" : " (no plan)";
        list_ += fmt::format(" seed {}: {} to {}{};", seed, bound, cost, end);
    }

    [[nodiscard]] std::string text() const {
        if (gaps_.size() <= 4) return list_;
        std::vector<double> sorted = relative_;
        std::ranges::sort(sorted);
        return fmt::format(" {} open: gap median {:.4f} %, max {:.4f} % ({:.2f} cost units)",
                           gaps_.size(), 100 * sorted[sorted.size() / 2], 100 * sorted.back(),
                           *std::ranges::max_element(gaps_));
    }

private:
    std::string list_;
    std::vector<double> gaps_;  // cost units
    std::vector<double> relative_;
};

std::string milliseconds_text(double seconds) { return fmt::format("{:.1f}", seconds * 1e3); }

// One row: a family at one size.
void bench_size(const PlanBench& options, const Inputs& inputs, const Size& size) {
    std::vector<double> seconds;
    std::vector<double> yardstick_seconds;
    std::vector<double> same_seeds_seconds;
    OpenProblems open;
    std::string disagreements;
    int proofs = 0;
    int yardstick_proofs = 0;
    for (int seed = 1; seed <= options.seeds; ++seed) {
        const workload::Problem problem =
            family_problem(inputs, size.family, size.services, static_cast<std::uint64_t>(seed));
        const auto model = planner::build_planning_model(problem);
        const Run exact = solve("exact", *model, options.threads, std::nullopt);
        seconds.push_back(exact.seconds);
        if (proven(exact.outcome)) {
            ++proofs;
        } else {
            open.add(seed, exact.outcome);
        }
        if (!size.yardstick || seed > options.yardstick_seeds) continue;
        const Run compact = solve("compact", *model, 1, options.yardstick_limit_seconds);
        const bool done = proven(compact.outcome);
        yardstick_proofs += done ? 1 : 0;
        yardstick_seconds.push_back(done ? compact.seconds : options.yardstick_limit_seconds);
        same_seeds_seconds.push_back(exact.seconds);
        if (done && proven(exact.outcome) && compact.outcome.cost != exact.outcome.cost) {
            disagreements += fmt::format(" seed {}: DISAGREE with compact ({});", seed,
                                         cost_units(compact.outcome.cost));
        }
    }
    std::string yardstick = "| | ";
    if (!yardstick_seconds.empty()) {
        const double theirs = median(yardstick_seconds);
        yardstick = fmt::format("{} ({}/{}) | {:.0f} ", milliseconds_text(theirs), yardstick_proofs,
                                yardstick_seconds.size(), theirs / median(same_seeds_seconds));
        yardstick = "| " + yardstick;
    }
    fmt::print("| {} | {} | {}/{} | {} | {} {}| {:.0f} |{}{} |\n", size.family, size.services,
               proofs, options.seeds, milliseconds_text(median(seconds)),
               milliseconds_text(*std::ranges::max_element(seconds)), yardstick, peak_memory_mib(),
               open.text(), disagreements);
    std::fflush(stdout);
}

std::string gpus_text(const planner::Outcome& outcome) {
    if (!outcome.plan) return "-";
    return fmt::format("{}{}", gpus_of(outcome), proven(outcome) ? "" : "?");
}

void bench_scenarios(const PlanBench& options, const Inputs& inputs, int scale, int processes) {
    for (int scenario = 1; scenario <= 6; ++scenario) {
        const workload::Problem problem = scenario_problem(inputs, scenario, scale, processes);
        const auto model = planner::build_planning_model(problem);
        const Run exact = solve("exact", *model, options.threads, std::nullopt);
        const Run compact = solve("compact", *model, 1, options.yardstick_limit_seconds);
        const Run small = solve("all-1g", *model, 1, std::nullopt);
        const Run whole = solve("whole-gpu", *model, 1, std::nullopt);
        const double saved = 1.0 - cost_units(exact.outcome.cost) / cost_units(whole.outcome.cost);
        fmt::print("| S{} | x{} | {} | {} | {} | {} | {} | {} | {} | {:.0f} % |\n", scenario, scale,
                   processes, gpus_text(exact.outcome), milliseconds_text(exact.seconds),
                   gpus_text(compact.outcome), milliseconds_text(compact.seconds),
                   gpus_text(small.outcome), gpus_text(whole.outcome), saved * 100);
        std::fflush(stdout);
    }
}

}  // namespace

int run_plan_bench(const PlanBench& options) {
    const Inputs inputs = load_inputs();
    fmt::print(
        "{}\nSolving times in ms; seeds 1 to {}; yardstick: the compact model on the "
        "solver, one thread, gap 0, seeds 1 to {}, limit {} s counted in full.\n",
        machine_line(), options.seeds, options.yardstick_seeds, options.yardstick_limit_seconds);
    const std::string only = options.only;
    if ((only.empty() && options.yardstick_seeds > 0) || only == "scenarios") {
        fmt::print(
            "\n| scenario | rates | processes | exact | ms | compact | ms | all-1g | "
            "whole-gpu | saved |\n|---|---|---|---|---|---|---|---|---|---|\n");
        for (const int processes : {3, 1}) bench_scenarios(options, inputs, 1, processes);
        for (const int scale : {3, 10, 30, 100}) bench_scenarios(options, inputs, scale, 3);
    }
    if (only == "scenarios") return 0;
    fmt::print(
        "\n| family | services | proven | median ms | max ms | compact median ms (proven) "
        "| times faster | peak MiB so far | open |\n|---|---|---|---|---|---|---|---|---|\n");
    for (const Size& size : kSizes) {
        if (size.family.find(only) != std::string_view::npos) bench_size(options, inputs, size);
    }
    return 0;
}

}  // namespace tangram::bench
