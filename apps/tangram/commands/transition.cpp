#include "transition/transition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "deployment/checker.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/deployment_file.h"
#include "io/transition_file.h"
#include "moving.h"
#include "planner/planner.h"
#include "planning.h"
#include "report/step_svg.h"
#include "report/step_terminal.h"
#include "report/text.h"
#include "session.h"
#include "staying.h"
#include "transition/check/check.h"
#include "transition/wording.h"

namespace tangram::app::commands {
namespace {

using transition::Criterion;

struct Arguments {
    std::string problem;
    std::string target;
    std::string durations = "driver";
    std::string svg;
    bool move_kept = false;
    std::string objective = "spares,restarts,makespan";
    StaySettings staying;
    FloorSettings floors;
    PlanSettings settings;
};

Result<std::array<Criterion, 3>> read_objective(const std::string& text) {
    std::array<Criterion, 3> objective{};
    std::size_t begin = 0;
    for (std::size_t i = 0; i < objective.size(); ++i) {
        const std::size_t end = i + 1 < objective.size() ? text.find(',', begin) : text.size();
        const std::string word = text.substr(begin, end == std::string::npos ? end : end - begin);
        bool known = false;
        for (const Criterion one :
             {Criterion::kSpares, Criterion::kRestarts, Criterion::kMakespan}) {
            if (word != name(one)) continue;
            known = std::find(objective.begin(), objective.begin() + static_cast<long>(i), one) ==
                    objective.begin() + static_cast<long>(i);
            objective[i] = one;
        }
        if (!known || end == std::string::npos) {
            return invalid_input(
                fmt::format("found '{}', expected spares, restarts and makespan in the order in "
                            "which they matter, separated by commas",
                            text),
                "--objective");
        }
        begin = end + 1;
    }
    return objective;
}

struct Found {
    transition::Way way;
    std::optional<planner::Outcome> outcome;  // where the target was chosen here
};

// The target is the user's; the checker says whether it is one.
Result<Found> to_given(const Arguments& arguments, const planner::PlanningModel& model,
                       const Staying& staying, const transition::Durations& durations,
                       const transition::WayOptions& how) {
    Result<deployment::Deployment> target = io::read_deployment(arguments.target);
    if (!target) return target.error();
    const deployment::CheckReport report = deployment::check(staying.whole, *target);
    if (!report.ok()) {
        const deployment::Violation& first = report.violations.front();
        return invalid_input(fmt::format("the target is not what the problem asks for: {}: {}: {}; "
                                         "`tangram check` lists all",
                                         first.place, name(first.kind), first.message),
                             arguments.target);
    }
    if (!staying.wishes.frozen.empty()) {
        return invalid_input("a given target says itself what stays", "--freeze with --target");
    }
    Result<transition::Way> way =
        transition::find_way(model, staying.current, *target, durations, how);
    if (!way) return way.error();
    return Found{*std::move(way), std::nullopt};
}

Result<Found> to_chosen(const Arguments& arguments, const planner::PlanningModel& model,
                        const Staying& staying, const transition::Durations& durations,
                        const transition::WayOptions& how) {
    const auto fleet =
        planner::close::read_current(model, staying.current, staying.lost, staying.wishes);
    if (!fleet) return fleet.error();
    transition::TransitionOptions options;
    options.slack_gpus = arguments.staying.slack;
    options.search.seed = static_cast<std::uint64_t>(arguments.settings.seed);
    options.search.threads = static_cast<int>(arguments.settings.threads);
    options.search.work_budget = static_cast<std::uint64_t>(arguments.settings.work_budget);
    options.search.cancelled = [] { return Interrupt::pending(); };
    options.way = how;
    const planner::Outcome best = planner::make_planner("exact")->plan(model, options.search);
    Result<transition::Transition> found =
        transition::plan_transition(model, *fleet, best, staying.current, durations, options);
    if (!found) return found.error();
    return Found{std::move(found->way), std::move(found->outcome)};
}

// The picture, and what it does not say.
std::string as_text(const Session& session, const Found& found, const report::StepChart& chart) {
    if (found.outcome && !found.outcome->plan) {
        return fmt::format("no target: {}\n", report::printable(found.outcome->stop_reason));
    }
    std::string text =
        report::step_terminal(chart, {.width = session.width(), .color = session.color()});
    const transition::Way& way = found.way;
    if (way.found) {
        text += fmt::format("restart cost {} slice-seconds", decimal_text(way.restart.count(), 3));
        if (found.outcome && found.outcome->restart) {
            text += fmt::format("; of any plan of this cost at least {}",
                                decimal_text(found.outcome->restart->bound.count(), 3));
        }
        return text + "\n";
    }
    if (way.spares_needed) {
        text += fmt::format("possible with {}\n", report::counted(*way.spares_needed, "spare GPU"));
    }
    if (way.dip_needed) {
        text += fmt::format("possible with a --dip of {} % of these services\n",
                            decimal_text(way.dip_needed->count(), 4));
    }
    return text;
}

// A graph that our own checker refuses is a fault of ours.
Result<void> verify(const Staying& staying, const Found& found, const transition::WayOptions& how) {
    if (!found.way.found) return {};
    transition::CheckOptions options;
    options.spare_gpus = found.way.spares;
    options.margin = how.margin;
    options.dips = how.dips;
    const transition::TransitionReport report =
        transition::check_transition(staying.whole, staying.current, found.way.graph, options);
    if (report.ok()) return {};
    const transition::TransitionViolation& first = report.violations.front();
    return Error{
        ErrorCode::kInternal,
        fmt::format("the checker refuses the transition, {} violations: {}: {}: {}; "
                    "please report these files",
                    report.violations.size(), first.place, name(first.fault), first.message),
        {}};
}

Result<transition::WayOptions> way_options(const Arguments& arguments,
                                           const workload::Problem& problem) {
    transition::WayOptions how;
    how.seed = static_cast<std::uint64_t>(arguments.settings.seed);
    how.margin = arguments.floors.margin;
    how.spare_gpus = arguments.floors.spare;
    how.move_kept = arguments.move_kept;
    const auto dips = read_dips(arguments.floors.dips, problem);
    if (!dips) return dips.error();
    how.dips = *dips;
    const auto objective = read_objective(arguments.objective);
    if (!objective) return objective.error();
    how.objective = *objective;
    return how;
}

Result<Exit> deliver(const Session& session, const Arguments& arguments, const Found& found,
                     const transition::WayOptions& how) {
    const std::string json =
        io::write_transition(found.way, how, found.outcome ? &*found.outcome : nullptr);
    const bool to_file = !session.settings.output.empty();
    const bool for_people = !session.settings.json && !session.settings.quiet;
    report::StepChart chart;
    if (for_people || !arguments.svg.empty()) {
        Result<report::StepChart> read = report::read_step_chart(json);
        if (!read) return Error{ErrorCode::kInternal, "picture: " + read.error().text(), {}};
        chart = *std::move(read);
    }
    Result<void> done;
    if (to_file) done = session.write(session.settings.output, json);
    if (done && !arguments.svg.empty()) {
        done = session.write(arguments.svg, report::step_svg(chart));
    }
    if (done && for_people) done = session.print(as_text(session, found, chart));
    if (done && session.settings.json && !to_file) done = session.print(json);
    if (!done) return done.error();
    return found.way.found ? Exit::kDone : Exit::kNo;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    workload::Problem& problem = file->problem;
    problem.allow_estimates = arguments.settings.allow_estimates;
    const Result<transition::Durations> durations = load_durations(arguments.durations);
    if (!durations) return durations.error();
    const Result<transition::WayOptions> how = way_options(arguments, problem);
    if (!how) return how.error();
    Result<std::optional<Staying>> staying = read_staying(arguments.staying, "exact", problem);
    if (!staying) return staying.error();
    const Result<void> renamed = rename_services(arguments.floors.renames, (*staying)->current);
    if (!renamed) return renamed.error();
    mark_lost((*staying)->lost, (*staying)->current);
    const auto model = planner::build_planning_model(problem);
    if (!model) return in_file(arguments.problem, model.error());
    const Result<Found> found = arguments.target.empty()
                                    ? to_chosen(arguments, *model, **staying, *durations, *how)
                                    : to_given(arguments, *model, **staying, *durations, *how);
    if (!found) return found.error();
    if (Interrupt::pending()) return Exit::kInterrupted;
    const Result<void> verified = verify(**staying, *found, *how);
    if (!verified) return verified.error();

    return deliver(session, arguments, *found, *how);
}

std::vector<Option> own_options(Arguments& arguments) {
    std::vector<Option> options;
    options.push_back(file("target",
                           "the deployment (or plan) to reach; without it target and way are "
                           "chosen together",
                           arguments.target));
    for (Option& option : stay_options(arguments.staying)) {
        if (option.name == "current") continue;  // an argument here
        options.push_back(std::move(option));
    }
    for (Option& option : floor_options(arguments.floors)) options.push_back(std::move(option));
    options.push_back(durations_option(arguments.durations));
    options.push_back(text("objective", "LIST",
                           "what matters first: an order of spares, restarts, makespan",
                           arguments.objective));
    options.push_back(flag("move-kept",
                           "where nothing else goes on, replicas that could stay may move to a "
                           "spare GPU with the rest of their GPU",
                           arguments.move_kept));
    options.push_back(output_file("svg", "draw the steps over time into FILE", arguments.svg));
    for (Option& option : planning_options(arguments.settings, false)) {
        if (option.name != "gpus" && option.name != "deadline") options.push_back(option);
    }
    return options;
}

}  // namespace

Command transition() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "transition";
    command.summary = "Find the way from what runs now to what a problem asks for";
    command.details =
        "Writes a graph of steps: create, start, route, drain, stop, destroy, with arcs that say "
        "which must wait for which and why. Any order that the arcs allow is safe: no service "
        "sinks below the rate it is asked for, or below what it had if that was less. The "
        "independent checker looks at every graph before it is shown.\n\n"
        "Without --target the cheapest plan that restarts least is chosen together with the way, "
        "within --slack N GPUs. With --target the way leads there.\n\n"
        "Where no way is found the answer says what would make one possible: so many spare GPUs, "
        "or how far which services would have to sink (exit code 1).";
    command.arguments = {
        required(file("PROBLEM", "the problem file", arguments->problem)),
        required(file("CURRENT", "the deployment (or plan) that runs now, phases included",
                      arguments->staying.current))};
    command.options = own_options(*arguments);
    command.examples = {
        {"tangram transition examples/parvagpu/s2.yaml plan.json",
         "From a plan of other rates, say examples/parvagpu/s6.yaml, to this problem's."},
        {"tangram transition tomorrow.yaml plan.json --spare 0 --durations cli -o steps.json "
         "--svg steps.svg",
         "The same without a spare GPU, steps and their picture as files."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
