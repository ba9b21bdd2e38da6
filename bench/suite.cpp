#include "suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "answers.h"
#include "cp_sat.h"
#include "instances.h"
#include "judge.h"
#include "machine.h"

namespace tangram::bench {
namespace {

// What one engine did over all instances. Excess is over the best known cost.
struct Tally {
    int instances = 0;
    int plans = 0;
    int proven = 0;
    int best = 0;
    int within_2_percent = 0;  // or one cost unit
    int within_8_percent = 0;
    double worst_excess = 0;
    double seconds = 0;

    void add(const Answer& answer, const std::optional<Cost>& known) {
        ++instances;
        seconds += answer.seconds;
        if (!answer.cost || !known) return;
        ++plans;
        proven += answer.proven() ? 1 : 0;
        const double excess = cost_units(*answer.cost) - cost_units(*known);
        const double share = excess > 0 ? excess / cost_units(*known) : 0;
        best += excess <= 0 ? 1 : 0;
        within_2_percent += excess <= 1 || share <= 0.02 ? 1 : 0;
        within_8_percent += excess <= 1 || share <= 0.08 ? 1 : 0;
        worst_excess = std::max(worst_excess, share);
    }
};

std::string cost_text(const std::optional<Cost>& cost) {
    return cost ? fmt::format("{}", cost_units(*cost)) : "-";
}

std::string gap_text(const Answer& answer) {
    if (!answer.cost || !answer.bound || *answer.cost == Cost{}) return "-";
    const double gap = cost_units(*answer.cost) - cost_units(*answer.bound);
    return fmt::format("{:.2f} %", 100 * gap / cost_units(*answer.cost));
}

void print_row(const Instance& instance, const Answer& answer, const Verdict& verdict) {
    const std::string cost = answer.infeasible ? "infeasible" : cost_text(answer.cost);
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.3f} | {} |\n", instance.name, answer.engine,
               answer.gpus ? fmt::format("{}", *answer.gpus) : "-", cost, cost_text(answer.bound),
               gap_text(answer), answer.seconds, verdict.remark);
    std::fflush(stdout);
}

void print_tallies(const std::vector<std::string>& engines,
                   const std::map<std::string, Tally>& tallies) {
    fmt::print(
        "\n| engine | instances | plans | proven | best known | within max(1, 2 %) | "
        "within max(1, 8 %) | worst excess | s in all |\n|---|---|---|---|---|---|---|---|---|\n");
    for (const std::string& engine : engines) {
        const Tally& tally = tallies.at(engine);
        fmt::print("| {} | {} | {} | {} | {} | {} | {} | {:.1f} % | {:.1f} |\n", engine,
                   tally.instances, tally.plans, tally.proven, tally.best, tally.within_2_percent,
                   tally.within_8_percent, 100 * tally.worst_excess, tally.seconds);
    }
}

// Empty with an error printed if one is unknown.
std::vector<std::string> engines_of(const Suite& suite) {
    std::vector<std::string> engines;
    std::istringstream names(suite.engines);
    for (std::string name; std::getline(names, name, ',');) {
        if (!is_engine(name)) {
            fmt::print(stderr, "tangram-bench: no engine '{}'\n", name);
            return {};
        }
        engines.push_back(name);
    }
    return engines;
}

// Adds the yardstick and says what it is, or that there is none.
void add_cp_sat(std::vector<std::string>& engines) {
    const std::string version = cp_sat_version();
    if (version.empty()) {
        fmt::print("CP-SAT is not on this machine: `./dev bench suite --cp-sat` installs it.\n");
        return;
    }
    fmt::print("cp-sat: OR-tools {}, one worker, on the exported compact model.\n", version);
    engines.emplace_back("cp-sat");
}

}  // namespace

int run_suite(const Suite& suite) {
    std::vector<std::string> engines = engines_of(suite);
    if (engines.empty()) return 2;
    const Inputs inputs = load_inputs();
    std::vector<Instance> instances = read_instances(suite.list);
    fmt::print(
        "{}\nOne thread per engine, at most {} s each; seconds without building the model. Costs "
        "and bounds in cost units.\n",
        machine_line(), suite.limit_seconds);
    if (suite.cp_sat) add_cp_sat(engines);
    fmt::print(
        "\n| instance | engine | GPUs | cost | bound | gap | s | remark |\n"
        "|---|---|---|---|---|---|---|---|\n");
    std::map<std::string, Tally> tallies;
    for (const std::string& engine : engines) tallies[engine] = {};
    int errors = 0;
    bool learned = false;
    for (Instance& instance : instances) {
        if (instance.name.find(suite.only) == std::string::npos) continue;
        const workload::Problem problem = problem_of(inputs, instance);
        const auto model = or_exit(planner::build_planning_model(problem));
        Judge judge(instance);
        std::vector<Answer> answers;
        for (const std::string& engine : engines) {
            answers.push_back(ask(engine, instance.name, model, suite.limit_seconds));
            const Verdict verdict = judge.judge(answers.back());
            errors += verdict.error ? 1 : 0;
            print_row(instance, answers.back(), verdict);
        }
        for (const Answer& answer : answers) {
            tallies.at(answer.engine).add(answer, judge.known().cost);
        }
        learned = learned || judge.learned();
        if (suite.update) instance = judge.known();
    }
    print_tallies(engines, tallies);
    if (suite.update && learned && errors == 0) write_instances(suite.list, instances);
    if (errors > 0) fmt::print("\n{} ERRORS\n", errors);
    return errors > 0 ? 1 : 0;
}

}  // namespace tangram::bench
