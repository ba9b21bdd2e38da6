#include "windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include "inputs.h"
#include "interrupt.h"
#include "io/scenario_file.h"
#include "progress.h"

namespace tangram::app {
namespace {

using Clock = std::chrono::steady_clock;

// Far beyond any run, so that adding it to now cannot overflow.
constexpr Duration kLongest = std::chrono::hours(24 * 365);
using window::Outcome;

// The evaluator's word against the engine's.
Result<void> verify(const window::Window& window, const Outcome& outcome) {
    if (!outcome.schedule) return {};
    const window::Evaluation evaluation = evaluate(window, *outcome.schedule);
    std::string fault;
    if (!evaluation.violations.empty()) {
        fault = fmt::format("the evaluator refuses the schedule, {} violations: {}",
                            evaluation.violations.size(), evaluation.violations.front());
    } else if (evaluation.goodput != outcome.goodput) {
        fault = fmt::format("the schedule is worth {}, the engine says {}",
                            evaluation.goodput.count(), outcome.goodput.count());
    } else if (outcome.bound && evaluation.goodput > *outcome.bound) {
        fault = fmt::format("the schedule is worth {}, beyond the engine's bound {}",
                            evaluation.goodput.count(), outcome.bound->count());
    }
    if (fault.empty()) return {};
    return Error{ErrorCode::kInternal,
                 fmt::format("engine {}: {}; please report this scenario", outcome.engine, fault),
                 {}};
}

}  // namespace

WindowSettings::WindowSettings() {
    const window::Options defaults;
    seed = static_cast<std::int64_t>(defaults.seed);
    work_budget = static_cast<std::int64_t>(defaults.work_budget);
    memory_mib = static_cast<std::int64_t>(defaults.memory_mib_max);
    threads = defaults.threads;
}

Option window_option(std::int64_t& target) {
    constexpr std::int64_t kMost = 1'000'000;
    return whole_number("window", "N",
                        "which window of the scenario; all but 0 begin with models that have "
                        "drifted and were not retrained, and with nothing running",
                        0, kMost, target);
}

std::vector<Option> engine_options(WindowSettings& settings) {
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kMemoryMax = 1'000'000;
    return {
        whole_number("seed", "N", "seed of the search", 0, kAny, settings.seed),
        whole_number("work", "N", "elementary steps after which the best schedule so far is taken",
                     1, kAny, settings.work_budget),
        whole_number("memory", "MIB", "for tables of the search; slower with less", 1, kMemoryMax,
                     settings.memory_mib),
        threads_option(settings.threads),
        seconds("seconds",
                "end the search after so many seconds; the answer may then differ from run to "
                "run",
                settings.deadline)};
}

std::vector<std::string> engine_choices() {
    const std::vector<std::string_view> names = window::engine_names();
    return {names.begin(), names.end()};
}

Option engine_option(std::string& target) {
    return choice("engine", "NAME", "how to plan", engine_choices(), target);
}

Result<window::Scenario> load_scenario(const Session& session, const std::string& path) {
    Result<std::shared_ptr<const gpu::Catalogue>> catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    io::ProblemContext context;
    context.catalogue = *std::move(catalogue);
    Result<io::ScenarioFile> read = io::read_scenario(path, context);
    if (!read) return read.error();
    session.warnings(read->warnings);
    return std::move(read->scenario);
}

Result<window::Window> numbered_window(const window::Scenario& scenario, std::int64_t number) {
    if (number >= scenario.windows) {
        return invalid_input(fmt::format("found {}, the scenario's windows are 0 to {}", number,
                                         scenario.windows - 1),
                             "--window");
    }
    if (number == 0) return first_window(scenario);
    IdVector<window::TenantId, Share> accuracy;
    for (const window::ScenarioTenant& tenant : scenario.tenants) {
        Share left = tenant.accuracy;
        for (std::int64_t i = 0; i <= number; ++i) {
            left = std::max(Share{0}, left - tenant.episodes[static_cast<std::size_t>(i)].drop);
        }
        accuracy.push_back(left);
    }
    return window_of(scenario, static_cast<std::size_t>(number), accuracy, {});
}

Result<Outcome> plan_window(const window::Engine& engine, const window::Window& window,
                            const WindowSettings& settings, const Session& session) {
    const Interrupt::Deferred best_so_far;
    Progress progress(session, std::string(engine.name()));
    window::Options options;
    options.seed = static_cast<std::uint64_t>(settings.seed);
    options.work_budget = static_cast<std::uint64_t>(settings.work_budget);
    options.memory_mib_max = static_cast<std::size_t>(settings.memory_mib);
    options.threads = static_cast<int>(settings.threads);
    options.cancelled = [] { return Interrupt::pending(); };
    options.progress = [&](window::Goodput best, window::Goodput bound) {
        progress.show(accurate_requests(best, window.slot), accurate_requests(bound, window.slot));
    };
    const Clock::time_point start = Clock::now();
    if (settings.deadline) options.deadline = start + std::min(*settings.deadline, kLongest);
    Result<Outcome> outcome = engine.plan(window, options);
    if (!outcome) return outcome.error();
    outcome->seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const Result<void> verified = verify(window, *outcome);
    if (!verified) return verified.error();
    return outcome;
}

}  // namespace tangram::app
