#include <limits>
#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "session.h"
#include "workload/generator.h"
#include "workload/synthetic_table.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string family = "plain";
    std::int64_t services = 100;
    std::int64_t seed = 1;
    std::optional<std::int64_t> gpus;
    std::vector<std::string> profiles;
};

std::vector<std::string> families() {
    std::vector<std::string> names;
    for (const std::string_view name : workload::generator_families()) {
        // A problem file refers to a table as it is.
        if (!workload::has_own_table(name)) names.emplace_back(name);
    }
    return names;
}

Result<workload::Problem> draw(const Arguments& arguments, const Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    Result<perf::PerformanceTable> read = load_table(session, arguments.profiles);
    if (!read) return read.error();
    const auto table = std::make_shared<const perf::PerformanceTable>(*std::move(read));
    Result<workload::GeneratorOptions> options = workload::family_options(arguments.family);
    if (!options) return options.error();
    options->seed = static_cast<std::uint64_t>(arguments.seed);
    options->services = static_cast<std::size_t>(arguments.services);
    options->gpus = arguments.gpus;
    return workload::generate(*options, *catalogue, table);
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<workload::Problem> problem = draw(arguments, session);
    if (!problem) return problem.error();
    const std::string& output = session.settings.output;
    io::ProblemReferences references;
    for (const std::string& table : arguments.profiles) {
        references.profiles.push_back(reference(table, output));
    }
    if (!session.settings.catalogue.empty()) {
        references.catalogue = reference(session.settings.catalogue, output);
    }
    return deliver_problem(session, *problem, references);
}

}  // namespace

Command generate() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "generate";
    command.summary = "Draw a random problem over a performance table";
    command.details =
        "For trials and benchmarks: models, rates (log-normal) and objectives (log-uniform) are "
        "drawn, throughputs and latencies are the table's. The same options give the same "
        "problem on every machine. --json writes JSON, which large problems are read faster from.";
    command.options = {
        required(files("profiles", "performance table; may be given several times",
                       arguments->profiles)),
        choice("family", "NAME", "which law problems are drawn from", families(),
               arguments->family),
        whole_number("services", "N", "how many services", 1, 10'000'000, arguments->services),
        whole_number("seed", "N", "seed of the draws", 0, std::numeric_limits<std::int64_t>::max(),
                     arguments->seed),
        whole_number("gpus", "N", "a fleet of N GPUs instead of as many as needed", 0,
                     1'000'000'000, arguments->gpus)};
    command.examples = {
        {"tangram generate --services 1000 --profiles "
         "examples/data/profiles/parvagpu_inference.csv -o random.yaml",
         "A thousand random services."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
