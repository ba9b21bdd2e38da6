#include "transition/check/check.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "inputs.h"
#include "io/deployment_file.h"
#include "io/transition_file.h"
#include "moving.h"
#include "planner/close/current.h"
#include "planning.h"
#include "report/text.h"
#include "session.h"
#include "transition/wording.h"

namespace tangram::app::commands {
namespace {

using transition::StepGraph;
using transition::TransitionReport;
using transition::TransitionViolation;
using Json = nlohmann::ordered_json;

struct Arguments {
    std::string problem;
    std::string current;
    std::string graph;
    FloorSettings floors;
    std::vector<std::string> lost;
    bool allow_estimates = false;
};

// What was to keep the service of a violated floor: the arcs that do so, and wait for too little.
std::vector<transition::Arc> broken_arcs(const TransitionViolation& violation,
                                         const StepGraph& graph) {
    std::vector<transition::Arc> broken;
    if (violation.fault != transition::TransitionFault::kFloor) return broken;
    for (const transition::Arc& arc : graph.arcs) {
        if (arc.reason != transition::ArcReason::kCapacity || !arc.service.valid()) continue;
        if (violation.place == "service " + graph.services[arc.service]) broken.push_back(arc);
    }
    return broken;
}

std::string as_json(const TransitionReport& report, const StepGraph& graph) {
    Json violations = Json::array();
    for (const TransitionViolation& violation : report.violations) {
        Json steps = Json::array();
        for (const transition::StepId id : violation.interleaving) steps.push_back(id.index());
        Json arcs = Json::array();
        for (const transition::Arc& arc : broken_arcs(violation, graph)) {
            arcs.push_back({{"before", arc.before.index()}, {"after", arc.after.index()}});
        }
        violations.push_back({{"fault", name(violation.fault)},
                              {"place", violation.place},
                              {"message", violation.message},
                              {"interleaving", std::move(steps)},
                              {"running", violation.running},
                              {"arcs", std::move(arcs)}});
    }
    Json services = Json::array();
    for (const deployment::ServiceNameId service : report.lowest.ids()) {
        services.push_back({{"name", graph.services[service]},
                            {"lowest_rps", requests_per_second(report.lowest[service])}});
    }
    const Json json = {{"format", "tangram/transition-check"},
                       {"version", 1},
                       {"ok", report.ok()},
                       {"violations", std::move(violations)},
                       {"services", std::move(services)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string interleaving_text(const TransitionViolation& violation, const StepGraph& graph) {
    std::string text;
    const std::size_t ended = violation.interleaving.size() - violation.running;
    for (std::size_t i = 0; i < violation.interleaving.size(); ++i) {
        const transition::StepId id = violation.interleaving[i];
        text += fmt::format("    {} {}: {}\n", i < ended ? "after" : "while", id.index(),
                            report::printable(described(graph, graph.steps[id])));
    }
    return text;
}

std::string as_text(const TransitionReport& report, const StepGraph& graph) {
    std::string text;
    for (const TransitionViolation& violation : report.violations) {
        text += fmt::format("{}: {}: {}\n", report::printable(violation.place),
                            name(violation.fault), report::printable(violation.message));
        text += interleaving_text(violation, graph);
        for (const transition::Arc& arc : broken_arcs(violation, graph)) {
            text += fmt::format("    not enough: {} waits for {}, which {}\n", arc.after.index(),
                                arc.before.index(), report::printable(why(graph, arc)));
        }
    }
    if (report.ok()) {
        return fmt::format("safe in every order: {}, {}\n",
                           report::counted(std::ssize(graph.steps), "step"),
                           report::counted(std::ssize(graph.arcs), "arc"));
    }
    return text + fmt::format("not safe: {}\n",
                              report::counted(std::ssize(report.violations), "violation"));
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    file->problem.allow_estimates = arguments.allow_estimates;
    Result<deployment::Deployment> current = io::read_deployment(arguments.current);
    if (!current) return current.error();
    const Result<void> renamed = rename_services(arguments.floors.renames, *current);
    if (!renamed) return renamed.error();
    const auto lost = planner::close::lost_gpus(file->problem, *current, {arguments.lost, {}});
    if (!lost) return lost.error();
    mark_lost(*lost, *current);
    const Result<StepGraph> graph = io::read_transition(arguments.graph);
    if (!graph) return graph.error();
    transition::CheckOptions options;
    options.spare_gpus = arguments.floors.spare.value_or(0);
    options.margin = arguments.floors.margin;
    const auto dips = read_dips(arguments.floors.dips, file->problem);
    if (!dips) return dips.error();
    options.dips = *dips;
    const TransitionReport report =
        transition::check_transition(file->problem, *current, *graph, options);
    const bool silent = session.settings.quiet && !session.settings.json;
    if (!silent) {
        const Result<void> printed = session.deliver(
            session.settings.json ? as_json(report, *graph) : as_text(report, *graph));
        if (!printed) return printed.error();
    }
    return report.ok() ? Exit::kDone : Exit::kNo;
}

}  // namespace

Command check_transition() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "check-transition";
    command.summary = "Check independently that every order of a transition's steps is safe";
    command.details =
        "Recomputes the floors from the problem and the current deployment and proves, without the "
        "code that made the graph, that no order its arcs allow breaks a promise: capacities, "
        "replicas, spread, survival, layouts, GPUs in use; and that the deployment reached is what "
        "the problem asks for. A violation comes with the order of steps that leads to it, and one "
        "of a capacity with the arcs that were to prevent it.\n\n"
        "Where a rate has risen since the graph was made, ask with the new problem: the answer "
        "names the services, how much they would lack, and the drains that must not start; from "
        "there `tangram transition` finds another way. Exit code 1: there are violations.";
    command.arguments = {
        required(file("PROBLEM", "the problem file", arguments->problem)),
        required(file("CURRENT", "the deployment (or plan) it starts from", arguments->current)),
        required(file("GRAPH", "what `tangram transition -o` wrote", arguments->graph))};
    command.options = floor_options(arguments->floors);
    command.options.push_back(texts("lost", "GPU",
                                    "this GPU is lost, as `tangram transition` was told; may be "
                                    "given several times",
                                    arguments->lost));
    command.options.push_back(allow_estimates_option(arguments->allow_estimates));
    command.examples = {{"tangram check-transition tomorrow.yaml plan.json steps.json --spare 1",
                         "Safe in every order, with at most one GPU more in use?"}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
