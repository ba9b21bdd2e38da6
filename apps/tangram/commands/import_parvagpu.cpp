#include <fmt/format.h>

#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/import/parvagpu.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string rates;
    std::string latencies;
    std::string profiles;
    std::int64_t scenario = 1;
    Share scale{kSharePerOne};
    std::int64_t max_processes = 3;
    std::string latency_rule = "parvagpu";
};

Result<io::ParvaGpuScenario> scenario(const Arguments& arguments, const Session& session) {
    const Result<perf::LatencyRule> rule = perf::parse_latency_rule(arguments.latency_rule);
    if (!rule) return rule.error();
    io::ParvaGpuScenario out;
    out.rates = arguments.rates;
    out.latencies = arguments.latencies;
    out.profiles = arguments.profiles;
    out.scenario = static_cast<int>(arguments.scenario);
    out.scale_millionths = arguments.scale.count();
    out.max_processes = static_cast<int>(arguments.max_processes);
    out.latency_rule = *rule;
    if (!session.settings.output.empty()) out.output = session.settings.output;
    return out;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    io::ProblemContext context;
    context.catalogue = *catalogue;
    const Result<io::ParvaGpuScenario> asked = scenario(arguments, session);
    if (!asked) return asked.error();
    Result<io::ProblemFile> problem = io::import_parvagpu(*asked, context);
    if (!problem) return problem.error();
    session.warnings(problem->warnings);
    if (!session.settings.catalogue.empty()) {
        problem->references.catalogue =
            reference(session.settings.catalogue, session.settings.output);
    }
    return deliver_problem(session, problem->problem, problem->references);
}

}  // namespace

Command import_parvagpu() {
    constexpr std::int64_t kMost = 1'000'000;
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "import problem parvagpu";
    command.summary = "Make a problem file from the scenario files of ParvaGPU";
    command.details =
        "The files have no header: one row per scenario, one column per model of the table in "
        "alphabetical order, N/A where the scenario lacks the model. The problem asks for as many "
        "A100-SXM4-80GB as needed. Its reference to the table is relative to the folder of -o; "
        "absolute on standard output.";
    command.options = {
        required(file("rates", "request rates, in requests/s", arguments->rates)),
        required(file("latencies", "latency objectives, in ms", arguments->latencies)),
        required(file("profiles", "the performance table", arguments->profiles)),
        required(whole_number("scenario", "N", "row of the files, from 1", 1, kMost,
                              arguments->scenario)),
        factor("scale", "multiply every rate", arguments->scale),
        whole_number("max-processes", "P", "processes per instance", 1, 1000,
                     arguments->max_processes),
        choice("latency-rule", "RULE", "when an operating point meets an objective",
               {"mean", "two-batches", "parvagpu"}, arguments->latency_rule)};
    command.options[3].preset.clear();
    command.examples = {
        {"tangram import problem parvagpu --rates "
         "examples/data/parvagpu_scenarios/SLO_req_rate.csv --latencies "
         "examples/data/parvagpu_scenarios/SLO_latency.csv --scenario 5 --profiles "
         "examples/data/profiles/parvagpu_inference.csv -o s5.yaml",
         "Scenario S5 as a problem file."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
