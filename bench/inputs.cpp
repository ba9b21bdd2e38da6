#include "inputs.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "catalogue_data.h"
#include "io/catalogue.h"
#include "io/files.h"
#include "io/import/parvagpu.h"
#include "io/performance_csv.h"
#include "workload/synthetic_table.h"

namespace tangram::bench {
namespace {

const std::string kData = TANGRAM_SOURCE_DIR "/examples/data/";

}  // namespace

void exit_with(const Error& error) {
    fmt::print(stderr, "tangram-bench: {}\n", error.text());
    std::exit(2);
}

Inputs load_inputs() {
    auto catalogue = or_exit(io::read_catalogue(catalogue_json(), "built-in catalogue"));
    perf::PerformanceTable table;
    const std::string path = kData + "profiles/parvagpu_inference.csv";
    const std::string text = or_exit(io::read_file(path));
    std::vector<std::string> warnings;
    if (const auto read = io::read_performance_csv(text, path, table, warnings); !read) {
        exit_with(read.error());
    }
    return {std::make_shared<const gpu::Catalogue>(std::move(catalogue)),
            std::make_shared<const perf::PerformanceTable>(std::move(table))};
}

workload::Problem family_problem(const Inputs& inputs, std::string_view family,
                                 std::size_t services, std::uint64_t seed) {
    workload::GeneratorOptions options = or_exit(workload::family_options(family));
    options.services = services;
    options.seed = seed;
    return or_exit(
        workload::generate(options, inputs.catalogue,
                           workload::derive_table(family, *inputs.catalogue, inputs.table)));
}

workload::Problem scenario_problem(const Inputs& inputs, int scenario, int scale,
                                   int max_processes) {
    io::ParvaGpuScenario source;
    source.rates = kData + "parvagpu_scenarios/SLO_req_rate.csv";
    source.latencies = kData + "parvagpu_scenarios/SLO_latency.csv";
    source.profiles = kData + "profiles/parvagpu_inference.csv";
    source.scenario = scenario;
    source.scale_millionths = scale * 1'000'000LL;
    source.max_processes = max_processes;
    io::ProblemContext context;
    context.catalogue = inputs.catalogue;
    return or_exit(io::import_parvagpu(source, context)).problem;
}

}  // namespace tangram::bench
