#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/check.h"
#include "base/nearest.h"
#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/window_comparison_file.h"
#include "report/window_comparison.h"
#include "session.h"
#include "windows.h"

namespace tangram::app::commands {
namespace {

using Clock = std::chrono::steady_clock;
using window::Outcome;
using window::Window;

struct Arguments {
    std::vector<std::string> scenarios;
    std::string engines;
    std::string svg;
    bool markdown = false;
    WindowSettings settings;
};

// Names separated by commas; empty: all.
Result<std::vector<std::string>> read_engines(const std::string& text) {
    std::vector<std::string> known = engine_choices();
    if (text.empty()) return known;
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string name = text.substr(begin, end - begin);
        if (std::ranges::find(known, name) == known.end()) {
            return invalid_input(
                fmt::format("there is no engine '{}'{}", name, nearest_hint(name, known)),
                "--engines");
        }
        if (std::ranges::find(names, name) != names.end()) {
            return invalid_input(fmt::format("'{}' is named twice", name), "--engines");
        }
        names.push_back(name);
        begin = end + 1;
    }
    return names;
}

Result<io::EngineEntry> run_engine(const std::string& name, const Window& window,
                                   const WindowSettings& settings, const Session& session) {
    const std::unique_ptr<window::Engine> engine = window::make_engine(name);
    CHECK(engine != nullptr, name);
    io::EngineEntry entry;
    entry.engine = name;
    Result<Outcome> outcome = plan_window(*engine, window, settings, session);
    if (!outcome) {
        if (outcome.error().code == ErrorCode::kInternal) return outcome.error();
        entry.refusal = outcome.error().text();
        return entry;
    }
    if (outcome->schedule) {
        entry.on_demand = evaluate(window, *outcome->schedule, window::Creation::kOnDemand);
    }
    entry.outcome = *std::move(outcome);
    return entry;
}

Result<io::WindowEntries> run_all(const std::string& path, const std::vector<std::string>& engines,
                                  const WindowSettings& settings, const Session& session) {
    const Result<window::Scenario> scenario = load_scenario(session, path);
    if (!scenario) return scenario.error();
    Result<Window> window = numbered_window(*scenario, settings.window);
    if (!window) return window.error();
    io::WindowEntries entries{scenario->name, *std::move(window), {}};
    for (const std::string& name : engines) {
        Result<io::EngineEntry> entry = run_engine(name, entries.window, settings, session);
        if (!entry) return in_file(path, entry.error());
        if (Interrupt::pending()) break;
        entries.engines.push_back(*std::move(entry));
    }
    return entries;
}

Result<Exit> deliver(const Session& session, const Arguments& arguments,
                     const io::WindowComparison& comparison) {
    const std::string json = write_window_comparison(comparison);
    const Result<report::WindowsChart> chart = report::read_windows_chart(json);
    if (!chart) return Error{ErrorCode::kInternal, "picture: " + chart.error().text(), {}};
    Result<void> done;
    if (!arguments.svg.empty()) done = session.write(arguments.svg, report::windows_svg(*chart));
    if (done && session.settings.json) done = session.deliver(json);
    if (done && !session.settings.json && !session.settings.quiet) {
        done = session.deliver(windows_table(*chart, arguments.markdown
                                                         ? report::TableStyle::kMarkdown
                                                         : report::TableStyle::kTerminal));
    }
    if (!done) return done.error();
    const bool all_answered =
        std::ranges::all_of(chart->windows, [](const report::ComparedWindow& window) {
            return std::ranges::any_of(window.engines, [](const report::EngineBar& bar) {
                return bar.goodput.has_value();
            });
        });
    return all_answered ? Exit::kDone : Exit::kNo;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<std::vector<std::string>> engines = read_engines(arguments.engines);
    if (!engines) return engines.error();
    io::WindowComparison comparison;
    const Clock::time_point start = Clock::now();
    for (const std::string& path : arguments.scenarios) {
        Result<io::WindowEntries> entries = run_all(path, *engines, arguments.settings, session);
        if (!entries) return entries.error();
        if (Interrupt::pending()) return Exit::kInterrupted;
        comparison.windows.push_back(*std::move(entries));
    }
    comparison.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return deliver(session, arguments, comparison);
}

}  // namespace

Command window_compare() {
    auto arguments = std::make_shared<Arguments>();
    arguments->settings.deadline = std::chrono::seconds(60);
    Command command;
    command.name = "window compare";
    command.summary = "Run every window engine on scenarios and show them side by side";
    command.details =
        "Goodput, gap to the best bound that any of them proves, share of the requests served, "
        "their models' mean accuracy, how often a better model takes over, slots in which a tenant "
        "lacks an instance that is still created (as scheduled, and with the same instances "
        "created on demand), seconds. Of several scenarios a last table sums up.\n\n"
        "--seconds holds for each engine and scenario; it is 60 unless given. Exit code 1: for "
        "some scenario no engine has an answer.";
    command.arguments = {required(files("SCENARIO", "scenario files", arguments->scenarios))};
    command.options = {text("engines", "LIST",
                            "only these, separated by commas; without it all: " +
                                fmt::format("{}", fmt::join(engine_choices(), ", ")),
                            arguments->engines),
                       window_option(arguments->settings.window),
                       flag("markdown", "print the tables as Markdown", arguments->markdown),
                       output_file("svg", "draw the engines' goodput into FILE", arguments->svg)};
    for (Option& option : engine_options(arguments->settings)) {
        command.options.push_back(std::move(option));
    }
    command.examples = {
        {"tangram window compare examples/window/pair.yaml", "All engines on one scenario."},
        {"tangram window compare examples/window/pair.yaml examples/window/three.yaml --engines "
         "exact,ekya,static --svg engines.svg",
         "Three engines on two scenarios, with a picture."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
