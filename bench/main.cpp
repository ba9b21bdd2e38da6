// tangram-bench: every speed or quality figure published about Tangram comes from here.
//   tangram-bench plan      the planners on generated families and ParvaGPU's scenarios
//   tangram-bench parts     Google Benchmark over the planner's inner parts
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "parts_bench.h"
#include "plan_bench.h"

namespace {

int run(int argc, char** argv) {
    CLI::App app{"Measures the planners; prints machine, seed and commit with every table."};
    app.require_subcommand(1);
    tangram::bench::PlanBench plan;
    CLI::App* plan_command = app.add_subcommand("plan", "planners on the published instances");
    plan_command->add_option("--seeds", plan.seeds, "generated problems per family and size");
    plan_command->add_option("--yardstick-seeds", plan.yardstick_seeds,
                             "of these, so many are also solved by the compact model");
    plan_command->add_option("--yardstick-limit", plan.yardstick_limit_seconds,
                             "seconds the compact model gets for one problem; counted in full");
    plan_command->add_option("--only", plan.only, "families whose name contains this");
    plan_command->add_option("--threads", plan.threads, "threads of the exact planner");
    CLI::App* parts_command = app.add_subcommand("parts", "inner parts, by Google Benchmark");
    parts_command->allow_extras();
    CLI11_PARSE(app, argc, argv);
    if (*plan_command) return run_plan_bench(plan);
    return tangram::bench::run_parts_bench(parts_command->remaining());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tangram-bench: %s\n", error.what());
        return 3;
    }
}
