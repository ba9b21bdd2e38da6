#include "rolling_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>

#include "inputs.h"
#include "machine.h"
#include "runs.h"
#include "window/engine.h"
#include "window/rolling/rolling.h"

namespace tangram::bench {
namespace {

using window::rolling::RunOptions;
using window::rolling::Verdict;

// --- What is wrong with the forecasts ---

struct Mistake {
    const char* name;
    bool noisy, late, surprised, mispredicted;
    [[nodiscard]] bool drawn() const { return noisy || mispredicted; }
};
constexpr std::array<Mistake, 6> kMistakes = {{{"perfect", false, false, false, false},
                                               {"noise 30 %", true, false, false, false},
                                               {"lag 5 s", false, true, false, false},
                                               {"bursts missed", false, false, true, false},
                                               {"all three", true, true, true, false},
                                               {"retrainings", false, false, false, true}}};
constexpr std::size_t kAll = 4;
// What is measured of predictions from five profiled epochs, and of times on slices not profiled
// from other batch sizes (docs/design/0012).
constexpr Share kAccuracyNoise{40'000}, kSlotsNoise{200'000};

void mistake(RunOptions& options, const Mistake& of, std::uint64_t seed) {
    options.forecast.method = forecast::Method::kPerfect;
    options.forecast.seed = options.bursts.seed = seed;
    if (of.noisy) options.forecast.noise = Share{300'000};
    if (of.late) options.forecast.lag = 5;
    if (of.surprised) options.bursts.missed = Share{kSharePerOne};
    options.error.seed = seed;
    if (of.mispredicted) {
        options.error.accuracy_noise = kAccuracyNoise;
        options.error.slots_noise = kSlotsNoise;
    }
}

// --- Decisions and how long they take ---

double processor_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

// An engine and the processor time of all its answers.
class Stopwatch final : public window::Engine {
public:
    // `limit`: of each answer, by the wall clock.
    Stopwatch(const std::string& engine, std::optional<double> limit)
        : engine_(window::make_engine(engine)), limit_(limit) {}
    [[nodiscard]] std::string_view name() const override { return engine_->name(); }
    [[nodiscard]] Result<window::Outcome> plan(const window::Window& window,
                                               const window::Options& options) const override {
        window::Options limited = options;
        if (limit_) {
            limited.deadline = std::chrono::steady_clock::now() +
                               std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                   std::chrono::duration<double>(*limit_));
        }
        const double begin = processor_seconds();
        Result<window::Outcome> outcome = engine_->plan(window, limited);
        seconds_.push_back(processor_seconds() - begin);
        return outcome;
    }
    [[nodiscard]] const std::vector<double>& seconds() const { return seconds_; }

private:
    std::unique_ptr<window::Engine> engine_;
    std::optional<double> limit_;
    mutable std::vector<double> seconds_;
};

// --- One way to decide ---

struct Way {
    std::string engine;
    int every = 0;  // slots; 0: once
    RunOptions options;
    std::unique_ptr<Stopwatch> stopwatch;
    std::array<std::vector<double>, kMistakes.size()> kept;  // percent of the best plan foreseen
    std::size_t decisions = 0, late = 0, broken = 0;
    std::uint64_t work = 0;
};

std::vector<Way> ways(const RollingBench& bench) {
    std::vector<Way> all;
    const auto add = [&](const std::string& engine, int every, std::optional<double> limit) {
        Way way{.engine = engine, .every = every, .options = {}, .stopwatch = {}, .kept = {}};
        // On the same forecast a plan must be better than the one that goes on.
        way.options.hysteresis = Share{};
        if (every > 0) {
            way.options.every = every;
            way.options.search.work_budget = bench.work;
            way.options.work_per_slot = bench.work_per_slot;
        } else if (!limit) {
            way.options.search.work_budget = bench.work_once;
        }
        way.stopwatch = std::make_unique<Stopwatch>(engine, limit);
        all.push_back(std::move(way));
    };
    for (const std::string& engine : bench.engines) {
        add(engine, 0, std::nullopt);
        for (const int every : bench.every) add(engine, every, std::nullopt);
    }
    if (bench.ilp_seconds > 0) add("ilp", 0, bench.ilp_seconds);
    return all;
}

// Lives through the window; its goodput.
window::Goodput lived(Way& way, const window::Scenario& scenario, const Mistake& wrong,
                      std::uint64_t seed) {
    RunOptions options = way.options;
    if (way.every == 0) options.every = scenario.window_slots;
    mistake(options, wrong, seed);
    const auto run = or_exit(window::rolling::run(scenario, *way.stopwatch, options));
    for (const window::rolling::WindowRun& window : run.windows) {
        way.decisions += window.decisions.size();
        for (const auto& decision : window.decisions) way.work += decision.work;
        if (!window.evaluation.violations.empty()) ++way.broken;
    }
    way.late += count(run, Verdict::kLate);
    return run.goodput;
}

// Every way and mistake on one scenario; the first way, all foreseen, is the yardstick.
void live(std::vector<Way>& ways, const window::Scenario& scenario, std::uint64_t seeds) {
    window::Goodput yardstick;
    for (Way& way : ways) {
        for (std::size_t i = 0; i < kMistakes.size(); ++i) {
            double sum = 0;
            const std::uint64_t draws = kMistakes[i].drawn() ? seeds : 1;
            for (std::uint64_t seed = 1; seed <= draws; ++seed) {
                const window::Goodput goodput = lived(way, scenario, kMistakes[i], seed);
                if (yardstick.count() == 0) yardstick = goodput;
                sum += static_cast<double>(goodput.count()) /
                       static_cast<double>(std::max<std::int64_t>(1, yardstick.count()));
            }
            way.kept[i].push_back(100 * sum / static_cast<double>(draws));
        }
    }
}

// --- Tables ---

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::string decides(const Way& way) {
    return way.every == 0 ? "once" : fmt::format("every {} slots", way.every);
}

void print_kept(const std::vector<Way>& ways) {
    fmt::print("| engine | decides |");
    for (const Mistake& wrong : kMistakes) fmt::print(" {} |", wrong.name);
    fmt::print(" all three, of its own perfect | worst window |\n|---|---|");
    for (std::size_t i = 0; i < kMistakes.size() + 2; ++i) fmt::print("---:|");
    for (const Way& way : ways) {
        fmt::print("\n| {} | {} |", way.engine, decides(way));
        for (const std::vector<double>& kept : way.kept) fmt::print(" {:.1f} |", mean(kept));
        std::vector<double> own;
        for (std::size_t i = 0; i < way.kept[kAll].size(); ++i) {
            own.push_back(100 * way.kept[kAll][i] / way.kept[0][i]);
        }
        fmt::print(" {:.1f} | {:.1f} |", mean(own), quantile(own, 0));
    }
    fmt::print("\n");
}

void print_times(const std::vector<Way>& ways) {
    fmt::print(
        "\nProcessor time of decisions.\n\n| engine | decides | decisions | median, s | p99, s "
        "| worst, s | late | 10^6 steps per s |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
    for (const Way& way : ways) {
        const std::vector<double>& seconds = way.stopwatch->seconds();
        const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
        fmt::print("| {} | {} | {} | {:.3f} | {:.3f} | {:.3f} | {:.1f} % | {:.0f} |\n", way.engine,
                   decides(way), way.decisions, median(seconds), quantile(seconds, 0.99),
                   quantile(seconds, 1),
                   100 * static_cast<double>(way.late) / static_cast<double>(way.decisions),
                   static_cast<double>(way.work) / 1e6 / std::max(1e-9, sum));
    }
}

std::vector<WindowCell> cells_of(const RollingBench& bench, std::size_t tenants) {
    std::vector<WindowCell> cells = read_window_grid(bench.grid);
    std::erase_if(cells, [&](const WindowCell& cell) {
        return cell.gpus != 1 || cell.models.size() != tenants ||
               cell.name.find(bench.only) == std::string::npos;
    });
    return drawn_cells(cells, bench.cells);
}

// Returns how many runs broke a rule.
std::size_t print_table(const RollingBench& bench, const WindowScenarios& scenarios,
                        std::size_t tenants) {
    const std::vector<WindowCell> cells = cells_of(bench, tenants);
    fmt::print("\n{} tenants on one GPU, {} windows:\n\n", tenants, cells.size());
    if (cells.empty()) return 0;
    std::vector<Way> all = ways(bench);
    for (const WindowCell& cell : cells) {
        fmt::print("- {}\n", cell.name);
        std::fflush(stdout);
        live(all, scenarios.make(cell), bench.seeds);
    }
    fmt::print("\n");
    print_kept(all);
    print_times(all);
    std::fflush(stdout);
    return std::accumulate(all.begin(), all.end(), std::size_t{0},
                           [](std::size_t sum, const Way& way) { return sum + way.broken; });
}

}  // namespace

int run_rolling_bench(const RollingBench& bench) {
    for (const std::string& engine : bench.engines) {
        if (window::make_engine(engine) != nullptr) continue;
        fmt::print(stderr, "tangram-bench: no engine '{}'\n", engine);
        return 2;
    }
    const WindowScenarios scenarios(bench.data);
    fmt::print(
        "{}\nGoodput in percent of what {} brings, planned once with perfect forecasts; the mean "
        "over all windows, noise drawn {} times. Forecasts are the truth with mistakes; a plan is "
        "followed if it beats the one that goes on. At most {} million steps per decision, {} "
        "where a window is planned once, {} s for ilp; beyond {} a decision is late. "
        "`retrainings`: accuracies predicted wrongly by 4 points, times by 20 %.\n",
        machine_line(), bench.engines.front(), bench.seeds, bench.work / 1'000'000,
        bench.work_once / 1'000'000, bench.ilp_seconds, bench.work_per_slot / 1'000'000);
    std::size_t broken = 0;
    for (const std::size_t tenants : bench.tenants) {
        broken += print_table(bench, scenarios, tenants);
    }
    fmt::print("\n{} runs broke a rule.\n", broken);
    return broken == 0 ? 0 : 1;
}

}  // namespace tangram::bench
