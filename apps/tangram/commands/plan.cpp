#include <fmt/format.h>

#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/plan_file.h"
#include "io/what_if.h"
#include "plan_report.h"
#include "planner/explain/what_if.h"
#include "planning.h"
#include "report/fleet_svg.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string problem;
    std::string svg;
    std::string what_if;
    PlanSettings settings;
    StaySettings staying;
};

// Files first: what is said on standard output about them is then true.
Result<Exit> deliver(const Session& session, const Arguments& arguments, const Planned& planned) {
    const std::string json = io::write_plan(planned.model, planned.outcome,
                                            planned.deployment ? &*planned.deployment : nullptr);
    const bool to_file = !session.settings.output.empty();
    const bool for_people = !session.settings.json && !session.settings.quiet;
    report::Fleet fleet;
    if (for_people || !arguments.svg.empty()) {
        Result<report::Fleet> read = report::read_fleet(json);
        if (!read) return Error{ErrorCode::kInternal, "picture: " + read.error().text(), {}};
        fleet = *std::move(read);
    }
    Result<void> done;
    if (to_file) done = session.write(session.settings.output, json);
    if (done && !arguments.svg.empty()) {
        done = session.write(arguments.svg, report::fleet_svg(fleet));
    }
    if (!done) return done.error();
    if (Interrupt::pending()) return Exit::kInterrupted;

    if (for_people) {
        done = session.print(plan_report(session, planned, fleet) +
                             files_note(session.settings.output, arguments.svg));
    } else if (session.settings.json && !to_file) {
        done = session.print(json);
    }
    if (!done) return done.error();
    return planned.exit();
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    const Result<void> limited = limit_gpus(file->problem, arguments.settings.gpus);
    if (!limited) return limited.error();
    file->problem.allow_estimates = arguments.settings.allow_estimates;
    workload::Problem& problem = file->problem;
    if (!arguments.what_if.empty()) {
        const auto changes = io::parse_what_if(arguments.what_if);
        if (!changes) return invalid_input(changes.error().text(), "--what-if");
        Result<workload::Problem> changed = planner::explain::apply(problem, *changes);
        if (!changed) return invalid_input(changed.error().text(), "--what-if");
        problem = *std::move(changed);
    }
    if (arguments.settings.serve_what_fits && !arguments.staying.current.empty()) {
        return invalid_input("a plan that stays close serves everything or does not exist",
                             "--serve-what-fits with --current");
    }
    const Result<std::optional<Staying>> staying =
        read_staying(arguments.staying, arguments.settings.planner, problem);
    if (!staying) return staying.error();
    const Result<Planned> planned =
        make_plan(problem, arguments.settings, session, *staying ? &**staying : nullptr);
    if (!planned) return in_file(arguments.problem, planned.error());
    if (Interrupt::pending() && !planned->deployment) return Exit::kInterrupted;
    return deliver(session, arguments, *planned);
}

}  // namespace

Command plan() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "plan";
    command.summary = "Find the fewest (cheapest) GPUs that serve a problem, with a proof";
    command.details =
        "Prints the plan for people; with --json, or into the file of -o, as JSON "
        "(tangram/plan). The independent checker looks at every plan before it is shown.\n\n"
        "A plan that is valid but not proven best is an answer too: exit code 0, status "
        "\"feasible\". Exit code 1: no plan exists within the fleet; the need and the shortfall "
        "are said. Ctrl-C ends the search; the best plan so far is written if -o was given.\n\n"
        "With --current the plan keeps the names of the GPUs that run now, and of all plans of the "
        "best cost it is the one that restarts least: tangram diff shows what. An instance is kept "
        "if the same service runs with the same operating point at the same place of the same GPU; "
        "every other one costs its compute slices times one second. Freezing what cannot stay is "
        "an error (exit code 2); a frozen service that would need more instances leaves no plan "
        "(exit code 1).";
    command.arguments = {required(file("PROBLEM", "the problem file", arguments->problem))};
    command.options = planning_options(arguments->settings, true);
    command.options.push_back(flag("serve-what-fits",
                                   "where the fleet is too small, serve priority classes in order "
                                   "and as much of each as fits; status partial, exit code 1",
                                   arguments->settings.serve_what_fits));
    command.options.push_back(text("what-if", "CHANGES",
                                   "plan the problem with changes, such as "
                                   "add=2xA100-SXM4-80GB,rate:bert=+20%",
                                   arguments->what_if));
    for (Option& option : stay_options(arguments->staying)) {
        command.options.push_back(std::move(option));
    }
    command.options.push_back(output_file("svg", "draw the fleet into FILE", arguments->svg));
    command.examples = {
        {"tangram plan examples/small.yaml", "Plan and show the fleet in the terminal."},
        {"tangram plan examples/parvagpu/s5.yaml -o plan.json --svg fleet.svg",
         "The same with the plan and its picture as files."},
        {"tangram plan examples/parvagpu/s5.yaml --planner whole-gpu --json",
         "What one service per GPU would need, as JSON."},
        {"tangram plan tomorrow.yaml --current plan.json --slack 1 --freeze bert --lost gpu-3",
         "From today's plan to tomorrow's rates with few restarts, though a GPU is lost."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
