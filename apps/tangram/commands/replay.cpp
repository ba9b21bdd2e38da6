#include "controller/replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/amount_text.h"
#include "base/parallel.h"
#include "commands/commands.h"
#include "inputs.h"
#include "interrupt.h"
#include "io/decimal.h"
#include "io/rates_file.h"
#include "io/replay_file.h"
#include "moving.h"
#include "planning.h"
#include "replay_report.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using controller::Policy;
using controller::ReplayOptions;
using Clock = std::chrono::steady_clock;

struct Arguments {
    std::string problem, rates;
    std::vector<std::string> policies, forecasters;
    std::vector<Share> headrooms, safeties;
    Share unserved{5'000};  // 0.5 %
    ReplayOptions options;
    std::int64_t window = 6, season = 144, lag = 0, errors = 144, cover = 2;
    std::optional<Duration> horizon, seen_after;
    std::optional<std::int64_t> spare;
    std::string durations = "driver";
    PlanSettings settings;
};

// A number from 0 to `most`, in millionths.
Option amount_option(std::string name, std::string value, std::string meaning, std::int64_t most,
                     std::function<void(std::int64_t)> take) {
    Option option{
        .name = std::move(name), .value = std::move(value), .meaning = std::move(meaning)};
    option.bounds = fmt::format("0 to {}", most);
    option.set = [most, take = std::move(take)](std::string_view given) -> std::string {
        const io::Decimal decimal = io::parse_decimal(given, 6);
        if (decimal.fault || decimal.count < 0 || decimal.count > most * kSharePerOne) {
            return fmt::format("a number from 0 to {}, with at most 6 decimals", most);
        }
        take(decimal.count);
        return {};
    };
    return option;
}

// What a thing is worth in GPU-seconds.
Option weight_option(std::string name, std::string meaning, Share& target) {
    Option option =
        amount_option(std::move(name), "GPU-SECONDS", std::move(meaning), 1'000'000,
                      [&target](std::int64_t millionths) { target = Share{millionths}; });
    option.preset = decimal_text(target.count(), 6);
    return option;
}

Result<std::vector<Policy>> policies_of(const std::vector<std::string>& names) {
    const std::vector<Policy> all = {Policy::kStaticPeak, Policy::kReactive, Policy::kForecast,
                                     Policy::kPerfect};
    std::vector<Policy> chosen;
    for (const std::string& name : names) {
        if (name == "all") return all;
        const auto at = std::ranges::find_if(
            all, [&](Policy policy) { return controller::name(policy) == name; });
        if (at == all.end()) {
            return invalid_input(
                fmt::format("found '{}', expected static-peak, reactive, forecast, "
                            "perfect or all",
                            name),
                "--policy");
        }
        chosen.push_back(*at);
    }
    return chosen.empty() ? all : chosen;
}

Result<std::vector<forecast::Method>> methods_of(const std::vector<std::string>& names) {
    std::vector<forecast::Method> methods;
    for (const std::string& name : names) {
        const auto method = forecast::method_named(name);
        if (!method) {
            return invalid_input(fmt::format("found '{}', expected one of {}", name,
                                             fmt::join(forecast::method_names(), ", ")),
                                 "--forecaster");
        }
        methods.push_back(*method);
    }
    if (methods.empty()) methods.push_back(forecast::Method::kHoltWinters);
    return methods;
}

// One policy with every headroom and safety. The static peak is known, and the perfect forecast has
// no errors.
void add_points(const Arguments& arguments, ReplayOptions base,
                std::vector<io::ReplayEntry>& entries) {
    std::vector<Share> headrooms = arguments.headrooms;
    if (headrooms.empty() || base.policy == Policy::kStaticPeak) {
        headrooms = {base.decide.headroom};
    }
    std::vector<Share> safeties = arguments.safeties;
    const bool errs = base.policy == Policy::kReactive || base.policy == Policy::kForecast;
    if (safeties.empty() || !errs) safeties = {base.safety};
    for (const Share headroom : headrooms) {
        for (const Share safety : safeties) {
            base.decide.headroom = headroom;
            base.safety = safety;
            entries.push_back({base, {}, 0});
        }
    }
}

// Every policy, and the forecast with every forecaster.
Result<std::vector<io::ReplayEntry>> entries_of(const Arguments& arguments) {
    const auto policies = policies_of(arguments.policies);
    if (!policies) return policies.error();
    const auto methods = methods_of(arguments.forecasters);
    if (!methods) return methods.error();
    ReplayOptions base = arguments.options;
    base.forecast.window = static_cast<int>(arguments.window);
    base.forecast.season = static_cast<int>(arguments.season);
    base.forecast.lag = static_cast<int>(arguments.lag);
    base.forecast.seed = static_cast<std::uint64_t>(arguments.settings.seed);
    base.errors_kept = static_cast<int>(arguments.errors);
    base.decide.steps_covered = static_cast<int>(arguments.cover);
    base.seen_after = arguments.seen_after.value_or(base.seen_after);
    base.decide.horizon = arguments.horizon.value_or(base.decide.horizon);
    base.decide.way.spare_gpus = arguments.spare;
    base.decide.way.seed = base.forecast.seed;
    base.decide.search.seed = base.forecast.seed;
    base.decide.search.work_budget = static_cast<std::uint64_t>(arguments.settings.work_budget);
    base.decide.search.cancelled = [] { return Interrupt::pending(); };
    std::vector<io::ReplayEntry> entries;
    for (const Policy policy : *policies) {
        base.policy = policy;
        const std::size_t methods_used = policy == Policy::kForecast ? methods->size() : 1;
        for (std::size_t m = 0; m < methods_used; ++m) {
            base.forecast.method = (*methods)[m];
            add_points(arguments, base, entries);
        }
    }
    return entries;
}

Result<void> run_all(const workload::Problem& problem, const controller::Recording& recording,
                     const transition::Durations& durations, int threads,
                     std::vector<io::ReplayEntry>& entries) {
    std::vector<std::optional<Error>> errors(entries.size());
    parallel_chunks(entries.size(), 1, threads, [&](std::size_t begin, std::size_t end, int) {
        for (std::size_t i = begin; i < end; ++i) {
            io::ReplayEntry& entry = entries[i];
            const Clock::time_point start = Clock::now();
            Result<controller::ReplayRun> run =
                controller::replay(problem, recording, durations, entry.options);
            entry.seconds = std::chrono::duration<double>(Clock::now() - start).count();
            if (run) {
                entry.run = *std::move(run);
            } else {
                errors[i] = run.error();
            }
        }
    });
    for (const auto& error : errors) {
        if (error) return *error;
    }
    return {};
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    file->problem.allow_estimates = arguments.settings.allow_estimates;
    const Result<transition::Durations> durations = load_durations(arguments.durations);
    if (!durations) return durations.error();
    const Result<io::RatesFile> rates = io::read_rates(arguments.rates);
    if (!rates) return rates.error();
    const auto recording = io::recording_of(*rates, file->problem, arguments.rates);
    if (!recording) return recording.error();
    auto entries = entries_of(arguments);
    if (!entries) return entries.error();

    io::ReplayReport report;
    report.step = recording->step;
    report.past_steps = recording->first;
    report.steps = recording->steps() - recording->first;
    report.services = file->problem.services.size();
    report.durations = durations->name;
    const Clock::time_point start = Clock::now();
    const Result<void> done = run_all(file->problem, *recording, *durations,
                                      static_cast<int>(arguments.settings.threads), *entries);
    if (!done) return done.error();
    if (Interrupt::pending()) return Exit::kInterrupted;
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    report.entries = *std::move(entries);
    const std::string json = io::write_replay(report);
    const bool to_file = !session.settings.output.empty();
    Result<void> written;
    if (to_file) written = session.write(session.settings.output, json);
    if (written && session.settings.json && !to_file) written = session.print(json);
    if (written && !session.settings.json && !session.settings.quiet) {
        written = session.print(replay_report(report, arguments.unserved));
    }
    if (!written) return written.error();
    const bool all_began = std::ranges::all_of(
        report.entries, [](const io::ReplayEntry& entry) { return entry.run.began; });
    return all_began ? Exit::kDone : Exit::kNo;
}

std::vector<Option> expecting_options(Arguments& arguments) {
    constexpr std::int64_t kStepsMax = 100'000;
    ReplayOptions& options = arguments.options;
    Option safety = percentage_or_none(
        "safety",
        "raise what is expected by this quantile of the forecast's own errors so far; may be given "
        "several times, as --headroom",
        100, [&arguments](Share share) { arguments.safeties.push_back(share); });
    safety.repeats = true;
    return {
        texts("policy", "NAME",
              "static-peak, reactive, forecast, perfect or all; may be given several times; "
              "without it all",
              arguments.policies),
        texts("forecaster", "NAME",
              "of the policy forecast: last, moving-average, seasonal-naive, holt-winters, "
              "quantile or perfect; may be given several times; without it holt-winters",
              arguments.forecasters),
        whole_number("window", "N", "steps a moving average or quantile looks back", 1, kStepsMax,
                     arguments.window),
        whole_number("season", "N", "steps of a season", 1, kStepsMax, arguments.season),
        percentage("quantile", "of the forecaster quantile", options.forecast.quantile),
        whole_number("lag", "N", "the last N steps are not known yet", 0, kStepsMax, arguments.lag),
        percentage_or_none("noise", "standard deviation of noise on every forecast",
                           options.forecast.noise),
        amount_option("seen-after", "SECONDS",
                      "the rate of a step is seen, and decided about, so long after the step "
                      "begins, as by a monitor with such a window; without it when the step has "
                      "ended",
                      86'400,
                      [&arguments](std::int64_t millionths) {
                          arguments.seen_after = std::chrono::microseconds(millionths);
                      }),
        std::move(safety),
        whole_number("errors", "N", "steps whose errors count for --safety", 1, kStepsMax,
                     arguments.errors)};
}

std::vector<Option> deciding_options(Arguments& arguments) {
    constexpr std::int64_t kSlackMax = 1'000'000;
    constexpr std::int64_t kStepsMax = 1'000;
    controller::DecideOptions& decide = arguments.options.decide;
    Option headroom = percentage_or_none(
        "headroom",
        "plan for that much above the expected rates; may be given several times: each is a point "
        "of the frontier",
        1'000, [&arguments](Share share) { arguments.headrooms.push_back(share); });
    headroom.repeats = true;
    headroom.preset = decimal_text(decide.headroom.count(), 4);
    return {std::move(headroom),
            percentage_or_none("trigger",
                               "a plan is forced where capacity is less than that above the rates",
                               decide.trigger),
            whole_number("cover", "N", "a plan serves the expected rates of the next N steps", 1,
                         kStepsMax, arguments.cover),
            seconds("horizon", "over which a saving counts; without it 3600", arguments.horizon),
            weight_option("restart-weight", "what a slice-second of starting is worth",
                          decide.weights.restart),
            weight_option("unserved-weight", "what an unserved request is worth",
                          decide.weights.unserved),
            whole_number("slack", "N", "a target may have N GPUs more than needed, to restart less",
                         0, kSlackMax, decide.slack_gpus),
            percentage_or_none("unserved",
                               "say what each policy takes with at most that share unserved", 100,
                               [&arguments](Share share) { arguments.unserved = share; }),
            spare_option(arguments.spare),
            durations_option(arguments.durations)};
}

}  // namespace

Command replay() {
    auto arguments = std::make_shared<Arguments>();
    arguments->settings.work_budget = 1'000'000;  // 0.1 s for a hundred services
    arguments->settings.threads = 4;
    Command command;
    command.name = "replay";
    command.summary = "Live a recorded day again under several policies";
    command.details =
        "RATES is a table of rates over time (time_s, service, rate_rps); times below 0 are known "
        "when it begins. At each step a policy decides whether to stay or to go to a new "
        "deployment, from what it knows then; a transition takes its own time, capacities fall "
        "and rise as its steps are carried out, and nothing else starts before it ends. What a "
        "service is asked beyond its capacity is unserved.\n\n"
        "The answer is a frontier: GPU-hours against unserved requests, for one plan of the day's "
        "peak, for reacting to the last rate, for forecasts and for knowing the future; then the "
        "fewest GPU-hours of each policy with at most --unserved unserved, and how many more that "
        "is than the perfect forecast's.\n\n"
        "Where the fleet is too small for the beginning, or for the peak, a policy has no figures "
        "(exit code 1).\n\n"
        "A policy goes where the GPU-time saved over the horizon outweighs restarts and unserved "
        "requests, in GPU-seconds; and always where expected rates exceed a capacity.";
    command.arguments = {
        required(file("PROBLEM", "the problem file", arguments->problem)),
        required(file("RATES", "the rates of its services over time", arguments->rates))};
    command.options = expecting_options(*arguments);
    for (Option& option : deciding_options(*arguments)) {
        command.options.push_back(std::move(option));
    }
    for (Option& option : planning_options(arguments->settings, false)) {
        if (option.name != "gpus" && option.name != "deadline") {
            command.options.push_back(std::move(option));
        }
    }
    command.examples = {
        {"tangram replay examples/replay/day.yaml examples/replay/day.csv",
         "A day of a hundred services under all policies."},
        {"tangram replay examples/replay/day.yaml examples/replay/day.csv --policy reactive "
         "--headroom 0 --headroom 10 --headroom 30",
         "The frontier of reacting, by headroom."},
        {"tangram replay examples/replay/day.yaml examples/replay/day.csv --seen-after 60 "
         "--forecaster last --forecaster holt-winters --safety 0 --safety 70 --safety 80",
         "With rates seen after a minute: what it takes to leave at most 0.5 % unserved."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
