#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/plan_file.h"
#include "planner/planner.h"
#include "planning.h"
#include "report/comparison_table.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string problem;
    bool markdown = false;
    PlanSettings settings;
};

// Every planner's answer to one problem, in the planners' order.
Result<std::vector<Planned>> plan_with_all(const workload::Problem& problem, PlanSettings settings,
                                           const Session& session) {
    std::vector<Planned> all;
    for (const std::string_view planner : planner::planner_names()) {
        settings.planner = planner;
        Result<Planned> planned = make_plan(problem, settings, session);
        if (!planned) return planned.error();
        if (Interrupt::pending()) break;
        all.push_back(*std::move(planned));
    }
    return all;
}

// A baseline proves nothing about the problem itself; its gap is to the best bound anybody proved.
void share_best_bound(std::vector<Planned>& all) {
    Cost best;
    for (const Planned& planned : all) best = std::max(best, planned.outcome.bound);
    for (Planned& planned : all) {
        planner::Outcome& outcome = planned.outcome;
        if (outcome.plan && outcome.bound.count() == 0) outcome.bound = best;
    }
}

std::string as_json(const std::vector<Planned>& all) {
    nlohmann::ordered_json plans = nlohmann::ordered_json::array();
    for (const Planned& planned : all) {
        const std::string text = io::write_plan(planned.model, planned.outcome, nullptr);
        plans.push_back(nlohmann::ordered_json::parse(text));
    }
    const nlohmann::ordered_json json = {
        {"format", "tangram/comparison"}, {"version", 1}, {"plans", std::move(plans)}};
    return json.dump(2) + "\n";
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    const Result<void> limited = limit_gpus(file->problem, arguments.settings.gpus);
    if (!limited) return limited.error();
    file->problem.allow_estimates = arguments.settings.allow_estimates;
    Result<std::vector<Planned>> all = plan_with_all(file->problem, arguments.settings, session);
    if (!all) return in_file(arguments.problem, all.error());
    if (Interrupt::pending()) return Exit::kInterrupted;
    share_best_bound(*all);

    const std::string json = as_json(*all);
    Result<void> printed;
    if (session.settings.json) {
        printed = session.deliver(json);
    } else {
        const auto style =
            arguments.markdown ? report::TableStyle::kMarkdown : report::TableStyle::kTerminal;
        const Result<std::string> table = report::comparison_table(json, style);
        if (!table) return Error{ErrorCode::kInternal, "table: " + table.error().text(), {}};
        printed = session.deliver(*table);
    }
    if (!printed) return printed.error();
    return all->front().exit();
}

}  // namespace

Command compare() {
    auto arguments = std::make_shared<Arguments>();
    arguments->settings.deadline = std::chrono::seconds(60);
    Command command;
    command.name = "compare";
    command.summary = "Run every planner on a problem and show them side by side";
    command.details =
        "GPUs, cost, bound, gap, time, and what is saved against one service per whole GPU. The "
        "deadline holds for each planner; it is 60 seconds unless given. The exit code is that of "
        "the exact planner.";
    command.arguments = {required(file("PROBLEM", "the problem file", arguments->problem))};
    command.options = {flag("markdown", "print the table as Markdown", arguments->markdown)};
    for (Option& option : planning_options(arguments->settings, false)) {
        command.options.push_back(std::move(option));
    }
    command.examples = {{"tangram compare examples/parvagpu/s5.yaml",
                         "The optimum beside whole GPUs, 1g only, and a static cut."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
