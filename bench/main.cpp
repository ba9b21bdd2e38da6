// tangram-bench: every speed or quality figure published about Tangram comes from here.
//   tangram-bench plan          the planners on generated families and ParvaGPU's scenarios
//   tangram-bench suite         every engine on the published instances, against best known values
//   tangram-bench replan        a new plan after one rate changed
//   tangram-bench close         staying close to a current deployment after rates changed
//   tangram-bench transition    from one deployment to the next, against what others do
//   tangram-bench window        engines on windows of retraining beside inference
//   tangram-bench rolling       windows planned again and again under forecast error
//   tangram-bench predict       how wrong predictions of retrainings are
//   tangram-bench saved         GPUs saved against whole ones
//   tangram-bench export-model  the compact model of a published instance as JSON
//   tangram-bench parts         Google Benchmark over the planner's inner parts
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "close_bench.h"
#include "export_model.h"
#include "instances.h"
#include "parts_bench.h"
#include "plan_bench.h"
#include "predict_bench.h"
#include "replan_bench.h"
#include "rolling_bench.h"
#include "saved_bench.h"
#include "suite.h"
#include "transition_bench.h"
#include "window_bench.h"

namespace tangram::bench {
namespace {

CLI::App* add_plan(CLI::App& app, PlanBench& plan) {
    CLI::App* command = app.add_subcommand("plan", "planners on families and scenarios");
    command->add_option("--seeds", plan.seeds, "generated problems per family and size");
    command->add_option("--yardstick-seeds", plan.yardstick_seeds,
                        "of these, so many are also solved by the compact model");
    command->add_option("--yardstick-limit", plan.yardstick_limit_seconds,
                        "seconds the compact model gets for one problem; counted in full");
    command->add_option("--only", plan.only, "families whose name contains this");
    command->add_option("--threads", plan.threads, "threads of the exact planner");
    return command;
}

CLI::App* add_suite(CLI::App& app, Suite& suite) {
    CLI::App* command = app.add_subcommand("suite", "engines on the published instances");
    command->add_option("--list", suite.list, "instances and best known values")
        ->capture_default_str();
    command->add_option("--only", suite.only, "instances whose name contains this");
    command->add_option("--engines", suite.engines, "in this order, separated by commas")
        ->capture_default_str();
    command->add_option("--limit", suite.limit_seconds, "seconds per engine and instance")
        ->capture_default_str();
    command->add_flag("--cp-sat", suite.cp_sat, "also OR-tools CP-SAT, if it is installed");
    command->add_flag("--update", suite.update, "write better plans and bounds into the list");
    return command;
}

CLI::App* add_replan(CLI::App& app, ReplanBench& replan) {
    CLI::App* command = app.add_subcommand("replan", "a new plan after one rate changed");
    command->add_option("--changes", replan.changes, "of each family, over all seeds")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seeds", replan.seeds, "generated problems")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--services", replan.services, "of each problem")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--threads", replan.threads, "threads of the exact planner");
    return command;
}

CLI::App* add_transition(CLI::App& app, TransitionBench& bench) {
    CLI::App* command = app.add_subcommand("transition", "from one deployment to the next");
    command->add_option("--seeds", bench.seeds, "pairs per kind of change and size")
        ->capture_default_str();
    command->add_option("--services", bench.services, "sizes")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--family", bench.family, "of problems")->capture_default_str();
    command->add_option("--only", bench.only, "kinds of change whose name contains this");
    command->add_option("--aged", bench.aged, "changes of one rate that an aged fleet has seen")
        ->capture_default_str();
    command->add_flag("--large,!--no-large", bench.large, "also about 1,000 GPUs");
    command->add_flag("--pairs", bench.pairs, "a line per pair");
    return command;
}

CLI::App* add_window(CLI::App& app, WindowBench& bench) {
    CLI::App* command = app.add_subcommand("window", "retraining beside inference");
    command->add_option("--grid", bench.grid, "cells")->capture_default_str();
    command->add_option("--data", bench.data, "the folder of measurements")->capture_default_str();
    command->add_option("--engines", bench.engines, "all if none are named")->delimiter(',');
    command->add_option("--only", bench.only, "cells whose name contains this");
    command->add_option("--cells", bench.cells, "so many, drawn from them; 0: all")
        ->capture_default_str();
    command->add_option("--seconds", bench.seconds, "for each engine and cell")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seeds", bench.seeds, "windows per row of the speed table")
        ->capture_default_str();
    command->add_option("--speed-engine", bench.speed_engine, "of that table");
    command->add_option("--speed-seconds", bench.speed_seconds, "for each of those")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    return command;
}

CLI::App* add_rolling(CLI::App& app, RollingBench& bench) {
    CLI::App* command = app.add_subcommand("rolling", "windows under forecast error");
    command->add_option("--grid", bench.grid, "cells")->capture_default_str();
    command->add_option("--data", bench.data, "the folder of measurements")->capture_default_str();
    command->add_option("--only", bench.only, "cells whose name contains this");
    command->add_option("--tenants", bench.tenants, "on one GPU")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--cells", bench.cells, "so many, drawn from them; 0: all")
        ->capture_default_str();
    command->add_option("--seeds", bench.seeds, "of what is drawn in forecasts")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--engines", bench.engines, "the first is the yardstick")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--every", bench.every, "slots between decisions")
        ->delimiter(',')
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--work", bench.work, "elementary steps of a decision")
        ->capture_default_str();
    command->add_option("--work-per-slot", bench.work_per_slot, "beyond these it is late")
        ->capture_default_str();
    command->add_option("--work-once", bench.work_once, "where a window is planned once")
        ->capture_default_str();
    command->add_option("--ilp-seconds", bench.ilp_seconds, "likewise, of ilp; 0: without it")
        ->capture_default_str();
    return command;
}

CLI::App* add_close(CLI::App& app, CloseBench& close) {
    CLI::App* command = app.add_subcommand("close", "staying close after rates changed");
    command->add_option("--pairs", close.pairs, "of deployments, per row")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", close.seed, "of the first pair of a row")->capture_default_str();
    command->add_option("--only", close.only, "rows whose name contains this");
    command->add_option("--threads", close.threads, "threads of the search");
    return command;
}

CLI::App* add_predict(CLI::App& app, PredictBench& predict) {
    CLI::App* command = app.add_subcommand("predict", "how wrong predictions of retrainings are");
    command->add_option("retrainings", predict.retrainings, "ekya_retraining_windows.csv")
        ->required();
    command->add_option("speeds", predict.speeds, "miso_training.csv")->required();
    return command;
}

int export_model(const std::string& name) {
    const std::vector<Instance> instances = read_instances(instances_path());
    const auto found = std::ranges::find(instances, name, &Instance::name);
    if (found == instances.end()) {
        exit_with(invalid_input("no instance '" + name + "' in " + instances_path().string()));
    }
    const workload::Problem problem = problem_of(load_inputs(), *found);
    fmt::print("{}", exported_model(name, or_exit(planner::build_planning_model(problem))));
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app{"Measures the planners; prints machine, seed and commit with every table."};
    app.require_subcommand(1);
    PlanBench plan;
    Suite suite;
    ReplanBench replan;
    TransitionBench transition;
    CloseBench close;
    WindowBench window;
    RollingBench rolling;
    PredictBench predict;
    double saved_limit_seconds = 10;
    std::string instance;
    const CLI::App* plan_command = add_plan(app, plan);
    const CLI::App* suite_command = add_suite(app, suite);
    const CLI::App* replan_command = add_replan(app, replan);
    const CLI::App* transition_command = add_transition(app, transition);
    const CLI::App* window_command = add_window(app, window);
    const CLI::App* rolling_command = add_rolling(app, rolling);
    const CLI::App* close_command = add_close(app, close);
    const CLI::App* predict_command = add_predict(app, predict);
    CLI::App* saved_command = app.add_subcommand("saved", "GPUs saved against whole ones");
    saved_command->add_option("--limit", saved_limit_seconds, "seconds per instance");
    CLI::App* export_command = app.add_subcommand("export-model", "the compact model as JSON");
    export_command->add_option("instance", instance, "name in the list")->required();
    CLI::App* parts_command = app.add_subcommand("parts", "inner parts, by Google Benchmark");
    parts_command->allow_extras();
    CLI11_PARSE(app, argc, argv);
    if (*plan_command) return run_plan_bench(plan);
    if (*suite_command) return run_suite(suite);
    if (*replan_command) return run_replan_bench(replan);
    if (*transition_command) return run_transition_bench(transition);
    if (*window_command) return run_window_bench(window);
    if (*rolling_command) return run_rolling_bench(rolling);
    if (*close_command) return run_close_bench(close);
    if (*predict_command) return run_predict_bench(predict);
    if (*saved_command) return run_saved_bench(saved_limit_seconds);
    if (*export_command) return export_model(instance);
    return run_parts_bench(parts_command->remaining());
}

}  // namespace
}  // namespace tangram::bench

int main(int argc, char** argv) {
    try {
        return tangram::bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tangram-bench: %s\n", error.what());
        return 3;
    }
}
