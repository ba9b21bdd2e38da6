#include "deployment/checker.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "inputs.h"
#include "io/deployment_file.h"
#include "planning.h"
#include "report/text.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string problem;
    std::string deployment;
    bool allow_estimates = false;
};

std::string as_json(const deployment::CheckReport& report) {
    nlohmann::ordered_json violations = nlohmann::ordered_json::array();
    for (const deployment::Violation& violation : report.violations) {
        violations.push_back({{"kind", name(violation.kind)},
                              {"place", violation.place},
                              {"message", violation.message}});
    }
    nlohmann::ordered_json shortages = nlohmann::ordered_json::array();
    for (const deployment::Shortage& shortage : report.shortages) {
        shortages.push_back({{"service", shortage.service},
                             {"rate_rps", requests_per_second(shortage.asked)},
                             {"served_rps", requests_per_second(shortage.served)}});
    }
    const nlohmann::ordered_json json = {{"format", "tangram/check"},
                                         {"version", 1},
                                         {"ok", report.ok()},
                                         {"violations", std::move(violations)},
                                         {"shortages", std::move(shortages)},
                                         {"notes", report.notes}};
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string as_text(const deployment::CheckReport& report, const deployment::Deployment& checked) {
    std::string text;
    for (const deployment::Violation& violation : report.violations) {
        text += fmt::format("{}: {}: {}\n", report::printable(violation.place),
                            name(violation.kind), report::printable(violation.message));
    }
    for (const std::string& note : report.notes) text += "note: " + report::printable(note) + "\n";
    for (const deployment::Shortage& shortage : report.shortages) {
        text += fmt::format("short: service {}: {} of {} requests/s, as the deployment says\n",
                            report::printable(shortage.service), rps_text(shortage.served),
                            rps_text(shortage.asked));
    }
    if (report.ok() && !report.shortages.empty()) {
        return text + fmt::format("valid: {}, but {} less than asked\n",
                                  report::counted(std::ssize(checked.gpus), "GPU"),
                                  report.shortages.size() == 1
                                      ? "1 service gets"
                                      : fmt::format("{} services get", report.shortages.size()));
    }
    if (report.ok()) {
        return text + fmt::format("valid: {}, every service as asked\n",
                                  report::counted(std::ssize(checked.gpus), "GPU"));
    }
    return text + fmt::format("not valid: {}\n",
                              report::counted(std::ssize(report.violations), "violation"));
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    file->problem.allow_estimates = arguments.allow_estimates;
    const Result<deployment::Deployment> deployment = io::read_deployment(arguments.deployment);
    if (!deployment) return deployment.error();
    const deployment::CheckReport report = deployment::check(file->problem, *deployment);
    const bool silent = session.settings.quiet && !session.settings.json;
    if (!silent) {
        const Result<void> printed =
            session.deliver(session.settings.json ? as_json(report) : as_text(report, *deployment));
        if (!printed) return printed.error();
    }
    return report.ok() && report.shortages.empty() ? Exit::kDone : Exit::kNo;
}

}  // namespace

Command check() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "check";
    command.summary = "Check independently that a deployment keeps every promise of a problem";
    command.details =
        "Verifies layouts, latencies, memory, processes, capacities, replicas, spread, the fleet "
        "and the stated totals, in exact integers and without the planner's code. Lists every "
        "violation with its place and amount. Exit code 1: there are some.\n\n"
        "An operating point that the tables mark as estimated is a violation unless "
        "--allow-estimates is given; one that the deployment states as measured always is.";
    command.arguments = {required(file("PROBLEM", "the problem file", arguments->problem)),
                         required(file("DEPLOYMENT", "a deployment, or a plan that contains one",
                                       arguments->deployment))};
    command.options = {allow_estimates_option(arguments->allow_estimates)};
    command.examples = {{"tangram check examples/parvagpu/s5.yaml plan.json",
                         "Check a plan that `tangram plan -o plan.json` wrote."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
