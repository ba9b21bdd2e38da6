#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/schedule_file.h"
#include "io/window_run_file.h"
#include "report/text.h"
#include "report/text_table.h"
#include "session.h"
#include "windows.h"

namespace tangram::app::commands {
namespace {

using window::rolling::Run;
using window::rolling::RunOptions;
using window::rolling::Verdict;
using window::rolling::WindowRun;
using Clock = std::chrono::steady_clock;

struct Arguments {
    std::string scenario, schedules;
    std::string engine = "best";
    std::string method = "last";
    WindowSettings settings;
    std::int64_t every = 1, lag = 0, look_back = 6, season = 144;
    std::optional<std::int64_t> work_per_slot;
    bool once = false;
    RunOptions options;
};

RunOptions run_options(const Arguments& arguments, const window::Scenario& scenario) {
    RunOptions options = arguments.options;
    const auto seed = static_cast<std::uint64_t>(arguments.settings.seed);
    options.every = arguments.once ? scenario.window_slots : static_cast<int>(arguments.every);
    options.search.seed = seed;
    options.search.work_budget = static_cast<std::uint64_t>(arguments.settings.work_budget);
    options.search.memory_mib_max = static_cast<std::size_t>(arguments.settings.memory_mib);
    options.search.threads = static_cast<int>(arguments.settings.threads);
    options.search.cancelled = [] { return Interrupt::pending(); };
    options.forecast.method = forecast::method_named(arguments.method).value();
    options.forecast.lag = static_cast<int>(arguments.lag);
    options.forecast.window = static_cast<int>(arguments.look_back);
    options.forecast.season = static_cast<int>(arguments.season);
    options.forecast.seed = options.bursts.seed = options.error.seed = seed;
    if (arguments.work_per_slot) {
        options.work_per_slot = static_cast<std::uint64_t>(*arguments.work_per_slot);
    }
    options.clock = [] { return Clock::now(); };
    options.time_limit = arguments.settings.deadline;
    return options;
}

std::string percent_of(Share share) {
    return report::percent(static_cast<double>(share.count()) / static_cast<double>(kSharePerOne));
}

// From which slot on a better or worse model serves, or nothing.
std::string accuracy_text(const window::TenantAccount& account) {
    std::string text = percent_of(account.accuracy.front());
    for (std::size_t slot = 1; slot < account.accuracy.size(); ++slot) {
        if (account.accuracy[slot] == account.accuracy[slot - 1]) continue;
        text += fmt::format(", {} from {}", percent_of(account.accuracy[slot]), slot);
    }
    return text;
}

// Whether the tenant began a retraining whose figures are predictions.
bool predicted(const window::Scenario& scenario, const WindowRun& window, std::size_t index,
               window::TenantId tenant) {
    const window::Episode& episode = scenario.tenants[tenant].episodes[index];
    return std::ranges::any_of(window.executed.stints, [&](const window::Stint& stint) {
        return stint.tenant == tenant && stint.retraining &&
               episode.prediction_of(*stint.retraining) != nullptr;
    });
}

std::vector<std::string> row_of(const window::Scenario& scenario, const WindowRun& window,
                                std::size_t index, window::TenantId tenant) {
    const window::TenantAccount& account = window.evaluation.tenants[tenant];
    const auto sum = [](const std::vector<Rate>& rates) {
        return static_cast<double>(std::accumulate(rates.begin(), rates.end(), Rate{}).count());
    };
    const double asked = sum(window.truth.tenants[tenant].rates);
    return {std::to_string(index + 1),
            report::printable(window.truth.tenants[tenant].name),
            fmt::format("{:.1f}", accurate_requests(account.goodput, window.truth.slot)),
            report::percent(asked > 0 ? sum(account.served) / asked : 1),
            accuracy_text(account) +
                (predicted(scenario, window, index, tenant) ? ", as predicted" : ""),
            std::to_string(account.switching_slots),
            account.floor_kept ? "" : "missed"};
}

std::string as_text(const window::Scenario& scenario, const io::WindowRunReport& report) {
    const Run& run = report.run;
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < run.windows.size(); ++i) {
        for (const window::TenantId id : run.windows[i].truth.tenants.ids()) {
            rows.push_back(row_of(scenario, run.windows[i], i, id));
        }
    }
    std::string text = report::text_table({{"window", true},
                                           {"tenant"},
                                           {"goodput", true},
                                           {"served", true},
                                           {"accuracy"},
                                           {"switching", true},
                                           {"floor"}},
                                          rows, report::TableStyle::kTerminal);
    const auto decided = [&](Verdict verdict) { return count(run, verdict); };
    text += fmt::format("goodput {:.1f} accurate requests, {} every {} slots\n",
                        accurate_requests(run.goodput, scenario.slot), report.engine,
                        report.options.every);
    text += fmt::format(
        "decisions: {} followed, {} kept, {} late, {} without a schedule; "
        "median {:.3f} s, p99 {:.3f} s, at most {:.3f} s\n",
        decided(Verdict::kFollowed), decided(Verdict::kKept), decided(Verdict::kLate),
        decided(Verdict::kNoSchedule), decision_seconds(run, Share{500'000}),
        decision_seconds(run, Share{990'000}), decision_seconds(run, Share{kSharePerOne}));
    if (!run.reproducible) text += "a clock had its say: not reproducible\n";
    return text;
}

// What was carried out in each window, as schedule files PREFIX1.json, PREFIX2.json and so on.
Result<void> write_schedules(const Session& session, const window::Scenario& scenario,
                             const io::WindowRunReport& report, const std::string& prefix) {
    for (std::size_t i = 0; i < report.run.windows.size(); ++i) {
        const WindowRun& window = report.run.windows[i];
        window::Outcome outcome;
        outcome.status = window::Status::kFeasible;
        outcome.schedule = window.executed;
        outcome.evaluation = window.evaluation;
        outcome.goodput = window.evaluation.goodput;
        outcome.engine = report.engine;
        outcome.stop_reason = "executed";
        outcome.note = "what was carried out, planned again and again";
        outcome.reproducible = report.run.reproducible;
        Result<void> written =
            session.write(fmt::format("{}{}.json", prefix, i + 1),
                          io::write_schedule(scenario, i, window.truth, outcome));
        if (!written) return written;
    }
    return {};
}

Result<Exit> deliver(const Session& session, const Arguments& arguments,
                     const window::Scenario& scenario, const io::WindowRunReport& report) {
    const std::string json = io::write_window_run(scenario, report);
    const bool to_file = !session.settings.output.empty();
    Result<void> done;
    if (to_file) done = session.write(session.settings.output, json);
    if (done && !arguments.schedules.empty()) {
        done = write_schedules(session, scenario, report, arguments.schedules);
    }
    if (done && session.settings.json && !to_file) done = session.print(json);
    if (done && !session.settings.json && !session.settings.quiet) {
        done = session.print(as_text(scenario, report));
    }
    if (!done) return done.error();
    return Exit::kDone;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<window::Scenario> scenario = load_scenario(session, arguments.scenario);
    if (!scenario) return scenario.error();
    io::WindowRunReport report;
    report.engine = arguments.engine;
    const std::unique_ptr<window::Engine> engine = window::make_engine(report.engine);
    CHECK(engine != nullptr, report.engine);
    report.options = run_options(arguments, *scenario);
    const Interrupt::Deferred finish_first;
    const Clock::time_point start = Clock::now();
    Result<Run> done = window::rolling::run(*scenario, *engine, report.options);
    if (!done) return in_file(arguments.scenario, done.error());
    if (Interrupt::pending()) return Exit::kInterrupted;
    report.run = *std::move(done);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return deliver(session, arguments, *scenario, report);
}

std::vector<Option> believing_options(Arguments& arguments) {
    constexpr std::int64_t kSlotsMax = window::kSlotsMax;
    const std::vector<std::string_view> names = forecast::method_names();
    RunOptions& options = arguments.options;
    return {choice("forecast", "NAME", "how the rates to come are forecast from those seen",
                   {names.begin(), names.end()}, arguments.method),
            whole_number("look-back", "N", "slots a moving average or quantile looks at", 1,
                         kSlotsMax, arguments.look_back),
            whole_number("season", "N", "slots of a season", 1, kSlotsMax, arguments.season),
            percentage("quantile", "of the forecast quantile", options.forecast.quantile),
            whole_number("lag", "N", "the rates of the last N slots are not known yet", 0,
                         kSlotsMax, arguments.lag),
            percentage_or_none("noise", "standard deviation of noise on every forecast rate",
                               options.forecast.noise),
            percentage_or_none("missed-bursts", "share of the bursts that are not foreseen", 100,
                               [&options](Share share) { options.bursts.missed = share; }),
            percentage_or_none("duration-noise",
                               "standard deviation of the error of predicted retraining times",
                               options.error.slots_noise),
            percentage_or_none("accuracy-noise",
                               "standard deviation of the error of predicted accuracies, in points",
                               options.error.accuracy_noise)};
}

std::vector<Option> deciding_options(Arguments& arguments) {
    RunOptions& options = arguments.options;
    return {
        whole_number("every", "N", "decide in every N-th slot of a window", 1, window::kSlotsMax,
                     arguments.every),
        flag("once", "decide once, when a window begins", arguments.once),
        percentage_or_none("hysteresis",
                           "follow a new plan only if it is better than the one that goes on by "
                           "more than this share of it; without it always",
                           1'000, [&options](Share share) { options.hysteresis = share; }),
        whole_number("work-per-slot", "N",
                     "a decision that took more elementary steps is late and changes nothing", 0,
                     std::numeric_limits<std::int64_t>::max(), arguments.work_per_slot),
        flag("real-time",
             "so is one that took longer than a slot; the answer may then differ from run to run",
             options.real_time)};
}

}  // namespace

Command window_run() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "window run";
    command.summary = "Play a scenario's windows, planned again and again from what is seen";
    command.details =
        "Before every slot, or every N-th, the rest of the window is planned from what runs, from "
        "forecasts of the rates and from predictions of the retrainings; one step is carried out, "
        "and the next decision sees what really came. Windows follow each other: models lose "
        "accuracy as the data drift, instances and retrainings go on.\n\n"
        "Goodput is that of everything that was carried out, with the rates that came, by the "
        "independent evaluator. Retrainings take as long as they really take; what was planned "
        "next on their slices waits.\n\n"
        "Decisions that are late, bring no schedule or are not good enough change nothing; the "
        "answer says how many there were, and how long decisions took.";
    command.arguments = {required(file("SCENARIO", "the scenario file", arguments->scenario))};
    command.options = {engine_option(arguments->engine)};
    for (Option& option : deciding_options(*arguments)) command.options.push_back(option);
    for (Option& option : believing_options(*arguments)) command.options.push_back(option);
    for (Option& option : engine_options(arguments->settings)) command.options.push_back(option);
    command.options.push_back(
        text("schedules", "PREFIX",
             "write what was carried out in each window into PREFIX1.json, PREFIX2.json and so on",
             arguments->schedules));
    command.examples = {
        {"tangram window run examples/window/two-windows.yaml --every 10",
         "Decide every ten slots, expecting the rates seen last to stay."},
        {"tangram window run examples/window/two-windows.yaml --engine static --once --forecast "
         "perfect",
         "The best cut of each window, with all rates known."},
        {"tangram window run examples/window/burst.yaml --forecast perfect --noise 30 --lag 5 "
         "--missed-bursts 50 --json",
         "Forecasts that are wrong by known amounts, as JSON."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
