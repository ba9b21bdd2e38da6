#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/schedule_file.h"
#include "io/window_ground.h"
#include "report/text.h"
#include "report/window_svg.h"
#include "report/window_terminal.h"
#include "session.h"
#include "window/on_demand.h"
#include "windows.h"

namespace tangram::app::commands {
namespace {

using window::Outcome;
using window::Window;

struct Arguments {
    std::string scenario;
    std::string engine = "best";
    std::string creation = "ahead";
    std::string svg;
    WindowSettings settings;
};

// The same stints, each created when it is to serve.
void create_on_demand(const Window& window, Outcome& outcome) {
    if (!outcome.schedule) return;
    outcome.schedule = created_on_demand(window, *outcome.schedule);
    outcome.evaluation = evaluate(window, *outcome.schedule);
    outcome.goodput = outcome.evaluation.goodput;
    // The proof is about schedules that may create ahead.
    if (outcome.status == window::Status::kOptimal) outcome.status = window::Status::kFeasible;
    outcome.note += outcome.note.empty() ? "" : "; ";
    outcome.note += "instances are created on demand";
    if (outcome.bound) outcome.note += ", the bound is of creating them ahead";
}

std::string remarks(const Outcome& outcome) {
    std::string text;
    // A heuristic ends where it ends.
    if (outcome.status != window::Status::kOptimal && outcome.stop_reason != "heuristic") {
        text += "search ended: " + outcome.stop_reason + "\n";
    }
    if (!outcome.reproducible) text += "a deadline ended the search: not reproducible\n";
    return text.empty() ? text : "\n" + text;
}

Exit exit_of(const Outcome& outcome) {
    if (outcome.status != window::Status::kUnknown) return Exit::kDone;
    return outcome.stop_reason == "proven" ? Exit::kNo : Exit::kLimit;
}

Result<Exit> deliver(const Session& session, const Arguments& arguments,
                     const window::Scenario& scenario, const Window& window,
                     const Outcome& outcome) {
    const auto index = static_cast<std::size_t>(arguments.settings.window);
    const std::string json = io::write_schedule(scenario, index, window, outcome);
    const bool to_file = !session.settings.output.empty();
    const bool for_people = !session.settings.json && !session.settings.quiet;
    report::WindowChart chart;
    if (for_people || !arguments.svg.empty()) {
        Result<report::WindowChart> read =
            report::read_window_chart(json, io::write_window_ground(window, outcome.evaluation));
        if (!read) return Error{ErrorCode::kInternal, "picture: " + read.error().text(), {}};
        chart = *std::move(read);
    }
    Result<void> done;
    if (to_file) done = session.write(session.settings.output, json);
    if (done && !arguments.svg.empty()) {
        done = session.write(arguments.svg, report::window_svg(chart));
    }
    if (done && for_people) {
        const std::string picture =
            window_terminal(chart, {.width = session.width(), .color = session.color()});
        done = session.print(picture + remarks(outcome));
    }
    if (done && session.settings.json && !to_file) done = session.print(json);
    if (!done) return done.error();
    return exit_of(outcome);
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<window::Scenario> scenario = load_scenario(session, arguments.scenario);
    if (!scenario) return scenario.error();
    const Result<Window> window = numbered_window(*scenario, arguments.settings.window);
    if (!window) return window.error();
    const std::unique_ptr<window::Engine> engine = window::make_engine(arguments.engine);
    CHECK(engine != nullptr, arguments.engine);
    Result<Outcome> outcome = plan_window(*engine, *window, arguments.settings, session);
    if (!outcome) return in_file(arguments.scenario, outcome.error());
    if (Interrupt::pending() && !outcome->schedule) return Exit::kInterrupted;
    if (arguments.creation == "on-demand") create_on_demand(*window, *outcome);
    return deliver(session, arguments, *scenario, *window, *outcome);
}

}  // namespace

Command window_plan() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "window plan";
    command.summary = "Decide who holds which MIG instance in which second of a window";
    command.details =
        "Tenants serve requests and retrain their models on the same GPUs. The schedule says which "
        "instance is created when, by whom it is used for what, and until when; its goodput is "
        "the number of requests served within their objective, each weighed with the accuracy of "
        "the model that served it. The independent evaluator looks at every schedule before it is "
        "shown.\n\n"
        "Prints the schedule for people; with --json, or into the file of -o, as JSON "
        "(tangram/window-schedule). A schedule that is not proven best is an answer too, with a "
        "bound: exit code 0, status \"feasible\". Exit code 1: no schedule keeps every floor; 4: a "
        "limit ended the search before there was one.";
    command.arguments = {required(file("SCENARIO", "the scenario file", arguments->scenario))};
    command.options = {engine_option(arguments->engine), window_option(arguments->settings.window)};
    for (Option& option : engine_options(arguments->settings)) {
        command.options.push_back(std::move(option));
    }
    command.options.push_back(
        choice("creation", "WHEN",
               "create instances ahead, in slices that are idle, or only when "
               "they are to serve",
               {"ahead", "on-demand"}, arguments->creation));
    command.options.push_back(
        output_file("svg", "draw the schedule over time into FILE", arguments->svg));
    command.examples = {
        {"tangram window plan examples/window/pair.yaml",
         "Plan and show who holds which memory slices when."},
        {"tangram window plan examples/window/pair.yaml -o schedule.json --svg schedule.svg",
         "The same with the schedule and its picture as files."},
        {"tangram window plan examples/window/pair.yaml --engine static --json",
         "The best cut that never changes, as JSON."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
