#include <fmt/format.h>

#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/deployment_file.h"
#include "io/explanation.h"
#include "io/what_if.h"
#include "planner/explain/explanation.h"
#include "planner/explain/relaxation.h"
#include "planner/explain/what_if.h"
#include "planning.h"
#include "report/explanation_text.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string problem;
    std::string deployment;
    std::string what_if;
    PlanSettings settings;
};

io::PlanFigures figures(const Planned& planned) {
    io::PlanFigures out;
    out.status = planned.outcome.status;
    out.gpus = planned.deployment ? std::ssize(planned.deployment->gpus) : 0;
    out.cost = planned.outcome.cost;
    out.bound = planned.outcome.bound;
    return out;
}

// Plans the changed problem too, if changes were asked for.
Result<std::optional<io::WhatIfFigures>> compare_changed(const Arguments& arguments,
                                                         const workload::Problem& problem,
                                                         const Planned& before,
                                                         const Session& session) {
    if (arguments.what_if.empty()) return std::optional<io::WhatIfFigures>{};
    const auto changes = io::parse_what_if(arguments.what_if);
    if (!changes) return invalid_input(changes.error().text(), "--what-if");
    const Result<workload::Problem> changed = planner::explain::apply(problem, *changes);
    if (!changed) return invalid_input(changed.error().text(), "--what-if");
    const Result<Planned> after = make_plan(*changed, arguments.settings, session);
    if (!after) return after.error();
    io::WhatIfFigures out;
    for (const planner::explain::WhatIf& change : *changes) out.changes.push_back(change.text);
    out.before = figures(before);
    out.after = figures(*after);
    return std::optional<io::WhatIfFigures>{std::move(out)};
}

Result<void> deliver(const Session& session, const std::string& json) {
    if (session.settings.json) return session.deliver(json);
    const Result<std::string> text = report::explanation_text(json);
    if (!text) return Error{ErrorCode::kInternal, "explanation: " + text.error().text(), {}};
    return session.deliver(*text);
}

// The deployment to explain: the one named, else the plan's own; empty where there is none.
Result<deployment::Deployment> subject(const Arguments& arguments, const Planned& planned) {
    if (!arguments.deployment.empty()) return io::read_deployment(arguments.deployment);
    return planned.deployment.value_or(deployment::Deployment{});
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    const Result<void> limited = limit_gpus(file->problem, arguments.settings.gpus);
    if (!limited) return limited.error();
    file->problem.allow_estimates = arguments.settings.allow_estimates;
    const workload::Problem& problem = file->problem;

    const auto blockers = planner::explain::find_blockers(problem);
    if (!blockers.empty()) {
        const Result<void> printed = deliver(session, io::blockers_json(problem, blockers));
        if (!printed) return printed.error();
        return Exit::kNo;
    }
    const Result<Planned> planned = make_plan(problem, arguments.settings, session);
    if (!planned) return in_file(arguments.problem, planned.error());
    const Result<deployment::Deployment> explained = subject(arguments, *planned);
    if (!explained) return explained.error();
    const auto changed = compare_changed(arguments, problem, *planned, session);
    if (!changed) return changed.error();
    if (Interrupt::pending()) return Exit::kInterrupted;

    const planner::explain::Explanation explanation =
        planner::explain::explain(planned->model, *explained, planned->outcome);
    const Result<void> printed =
        deliver(session, io::explanation_json(planned->model, *explained, explanation, *changed));
    if (!printed) return printed.error();
    return planned->exit();
}

}  // namespace

Command explain() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "explain";
    command.summary = "Say why a plan is what it is, in numbers, and what a change would cost";
    command.details =
        "Per service: operating points chosen and refused with the reason, its cost at the "
        "prices, headroom, what one more request per second costs. Per profile its price, and how "
        "the bound adds up. Where nothing fits: what blocks, and the nearest relaxation. Prices "
        "and bound come from planning the problem anew. Without DEPLOYMENT that plan is "
        "explained.\n\n"
        "--what-if plans the changed problem too and shows before and after. Changes are "
        "separated by commas: rate:SERVICE=VALUE or slo:SERVICE=VALUE, where VALUE is a "
        "percentage with a sign (+20%) or a number (requests/s, milliseconds); * is every "
        "service.";
    command.arguments = {
        required(file("PROBLEM", "the problem file", arguments->problem)),
        file("DEPLOYMENT", "a deployment, or a plan that contains one", arguments->deployment)};
    command.options = {
        text("what-if", "CHANGES", "plan with these changes too", arguments->what_if)};
    for (Option& option : planning_options(arguments->settings, false)) {
        command.options.push_back(std::move(option));
    }
    command.examples = {
        {"tangram explain examples/parvagpu/s5.yaml plan.json", "Explain a plan."},
        {"tangram explain examples/small.yaml --what-if 'rate:bert=+20%,slo:vgg16=-10%'",
         "Plan, explain, and compare with more load and a tighter objective."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
