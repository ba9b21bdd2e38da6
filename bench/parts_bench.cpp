#include "parts_bench.h"

#include <benchmark/benchmark.h>

#include "inputs.h"
#include "planner/assembly.h"
#include "planner/price/engine.h"

namespace tangram::bench {
namespace {

constexpr std::int64_t kGpu = kCostPerUnit * planner::kPricePerCost;

struct Case {
    explicit Case(std::size_t services)
        : problem(family_problem(load_inputs(), "plain", services, 1)),
          model(*planner::build_planning_model(problem)) {}
    workload::Problem problem;
    planner::PlanningModel model;
};

void build_model(benchmark::State& state) {
    const Case input(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(planner::build_planning_model(input.problem));
    }
}
BENCHMARK(build_model)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void best_bound(benchmark::State& state) {
    const Case input(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(planner::price::best_bound(input.model, kGpu, {}));
    }
}
BENCHMARK(best_bound)->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void priced_engine(benchmark::State& state) {
    const Case input(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(planner::price::solve(input.model, {}));
}
BENCHMARK(priced_engine)->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void assemble(benchmark::State& state) {
    const Case input(static_cast<std::size_t>(state.range(0)));
    const planner::price::EngineResult result = planner::price::solve(input.model, {});
    for (auto _ : state) {
        benchmark::DoNotOptimize(planner::assemble(input.model, *result.plan));
    }
}
BENCHMARK(assemble)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace

int run_parts_bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tangram-bench");
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    int count = static_cast<int>(raw.size());
    benchmark::Initialize(&count, raw.data());
    if (benchmark::ReportUnrecognizedArguments(count, raw.data())) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace tangram::bench
