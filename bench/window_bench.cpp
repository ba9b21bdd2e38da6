#include "window_bench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <utility>

#include "machine.h"
#include "runs.h"
#include "window_runs.h"

namespace tangram::bench {
namespace {

constexpr const char* kBaselines[] = {"ekya", "astraea", "paris", "static", "ilp", "oracle"};

double requests(window::Goodput goodput) {
    return accurate_requests(goodput, std::chrono::seconds(1));
}

// --- Every cell ---

void print_header(const std::vector<std::string>& engines) {
    fmt::print(
        "\nThousands of requests x accuracy; * proven best.\n\n| cell | load | {} | bound "
        "| gap |\n|---|---:|",
        fmt::join(engines, " | "));
    for (std::size_t i = 0; i < engines.size() + 2; ++i) fmt::print("---:|");
    fmt::print("\n");
}

void print_cell(const CellAnswers& answers, const std::vector<std::string>& engines) {
    fmt::print("| {} | {} |", answers.cell.name, answers.cell.load_percent / 100.0);
    for (const std::string& engine : engines) {
        const auto found = answers.by_engine.find(engine);
        if (found == answers.by_engine.end()) {
            fmt::print(" - |");
            continue;
        }
        const window::Outcome& outcome = found->second.outcome;
        fmt::print(" {:.3f}{} |", requests(outcome.goodput) / 1000,
                   outcome.status == window::Status::kOptimal ? "*" : "");
    }
    const WindowAnswer* const ours = our_answer(answers);
    if (ours != nullptr && ours->outcome.bound) {
        fmt::print(" {:.3f} | {:.2f} % |\n", requests(*ours->outcome.bound) / 1000,
                   100 * gap(ours->outcome));
    } else {
        fmt::print(" - | - |\n");
    }
    std::fflush(stdout);
}

// --- Against the baselines ---

// In percent above `baseline`, on the cells where both have an answer.
std::vector<double> advantages(const std::vector<CellAnswers>& all, const std::string& of,
                               const std::string& baseline) {
    std::vector<double> advantages;
    for (const CellAnswers& answers : all) {
        const auto base = answers.by_engine.find(baseline);
        const auto found = answers.by_engine.find(of);
        const WindowAnswer* const ours =
            of == "ours" ? our_answer(answers)
                         : (found == answers.by_engine.end() ? nullptr : &found->second);
        if (ours == nullptr || base == answers.by_engine.end()) continue;
        const auto below = static_cast<double>(base->second.outcome.goodput.count());
        if (below <= 0) continue;
        const auto above = static_cast<double>(ours->outcome.goodput.count());
        advantages.push_back(100 * (above / below - 1));
    }
    return advantages;
}

void print_advantages(const std::vector<CellAnswers>& all) {
    fmt::print(
        "\nGoodput above each baseline's, in percent of it. `ours` is the best of best, exact "
        "and priced.\n\n| of | above | cells | mean | worst | quartile | median | quartile "
        "| best |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (const char* of : {"ours", "ilp"}) {
        for (const char* baseline : kBaselines) {
            const std::vector<double> values = advantages(all, of, baseline);
            if (values.empty() || std::string_view(of) == baseline) continue;
            fmt::print("| {} | {} | {} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} |\n",
                       of, baseline, values.size(),
                       std::accumulate(values.begin(), values.end(), 0.0) /
                           static_cast<double>(values.size()),
                       quantile(values, 0), quantile(values, 0.25), median(values),
                       quantile(values, 0.75), quantile(values, 1));
        }
    }
}

// --- Creation ahead ---

struct Switching {
    std::size_t tenants = 0;
    std::int64_t ahead = 0;  // slots
    std::int64_t on_demand = 0;
    window::Goodput lost_ahead;
    window::Goodput lost_on_demand;
    window::Goodput worth_ahead;
    window::Goodput worth_on_demand;
};

void print_switching(const std::vector<CellAnswers>& all) {
    std::map<std::string, Switching> by_model;
    for (const CellAnswers& answers : all) {
        const WindowAnswer* const ours = our_answer(answers);
        if (ours == nullptr) continue;
        for (std::size_t i = 0; i < answers.cell.models.size(); ++i) {
            const window::TenantAccount& ahead =
                ours->outcome.evaluation.tenants[window::TenantId{i}];
            const window::TenantAccount& late = ours->on_demand->tenants[window::TenantId{i}];
            for (const std::string& row : {answers.cell.models[i], std::string("all")}) {
                Switching& sum = by_model[row];
                ++sum.tenants;
                sum.ahead += ahead.switching_slots;
                sum.on_demand += late.switching_slots;
                sum.lost_ahead += ahead.switching_loss;
                sum.lost_on_demand += late.switching_loss;
                sum.worth_ahead += ahead.goodput;
                sum.worth_on_demand += late.goodput;
            }
        }
    }
    if (by_model.empty()) return;
    fmt::print(
        "\nCreation ahead, in our schedules: seconds in which requests of a tenant go "
        "unserved that an instance in creation could have served, per tenant and window; "
        "`on demand`: the same schedules, instances created when they are wanted.\n\n"
        "| model | tenants | ahead, s | on demand, s | less | loss ahead | loss on demand "
        "| goodput ahead / on demand |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (const auto& [model, sum] : by_model) {
        const auto tenants = static_cast<double>(sum.tenants);
        const auto late = static_cast<double>(std::max<std::int64_t>(1, sum.on_demand));
        fmt::print("| {} | {} | {:.2f} | {:.2f} | {:.1f} % | {:.0f} | {:.0f} | {:.4f} |\n", model,
                   sum.tenants, static_cast<double>(sum.ahead) / tenants,
                   static_cast<double>(sum.on_demand) / tenants,
                   100 * (1 - static_cast<double>(sum.ahead) / late),
                   requests(sum.lost_ahead) / tenants, requests(sum.lost_on_demand) / tenants,
                   requests(sum.worth_ahead) / requests(sum.worth_on_demand));
    }
}

// --- Speed ---

struct SpeedRow {
    std::size_t tenants;
    int slots;
};

// The grid's kinds in turn, on one GPU, with a warm-up of 6 slots for every tenant.
window::Window speed_window(const WindowScenarios& scenarios, const SpeedRow& row,
                            std::uint64_t seed) {
    constexpr const char* kLaws[] = {"ekya", "gentle", "harsh"};
    constexpr const char* kTraces[] = {"azure-llm", "azure-functions", "servegen"};
    constexpr int kLoads[] = {50, 80, 110};
    const std::vector<std::string> models = window_models();
    WindowCell cell{fmt::format("speed-{}-{}", row.tenants, seed),
                    1,
                    {},
                    kLaws[seed % 3],
                    kTraces[seed / 3 % 3],
                    kLoads[seed / 9 % 3],
                    1'000 + seed,
                    row.slots};
    for (std::size_t i = 0; i < row.tenants; ++i) {
        cell.models.push_back(models[(seed + i * (1 + seed / 6 % 2)) % models.size()]);
    }
    window::Window window = first_window(scenarios.make(cell));
    for (window::Tenant& tenant : window.tenants) tenant.warm_up = 6;
    return window;
}

void print_speed(const WindowScenarios& scenarios, const std::string& engine, int seeds,
                 double seconds) {
    fmt::print(
        "\n{} on one GPU, warm-up 6, {} windows per row, at most {} s each.\n\n"
        "| tenants | slots | median, s | p90, s | worst, s | proven | median gap | worst gap "
        "| peak MiB so far |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        engine, seeds, seconds);
    for (const SpeedRow& row :
         {SpeedRow{2, 200}, SpeedRow{2, 400}, SpeedRow{3, 200}, SpeedRow{4, 200}}) {
        std::vector<double> took, gaps;
        int proven = 0;
        for (int i = 0; i < seeds; ++i) {
            const auto window = speed_window(scenarios, row, static_cast<std::uint64_t>(i));
            const WindowAnswer one = answer(*window::make_engine(engine), window, seconds);
            took.push_back(one.seconds);
            if (one.outcome.status == window::Status::kOptimal) ++proven;
            gaps.push_back(one.outcome.schedule ? gap(one.outcome) : 1.0);
        }
        fmt::print(
            "| {} | {} | {:.3f} | {:.3f} | {:.3f} | {} of {} | {:.3f} % | {:.3f} % | {:.0f} |\n",
            row.tenants, row.slots, median(took), quantile(took, 0.9), quantile(took, 1), proven,
            seeds, 100 * median(gaps), 100 * quantile(gaps, 1), peak_memory_mib());
        std::fflush(stdout);
    }
}

}  // namespace

int run_window_bench(const WindowBench& options) {
    std::vector<std::string> engines = options.engines;
    if (engines.empty()) {
        for (const std::string_view name : window::engine_names()) engines.emplace_back(name);
    }
    std::vector<std::string> asked = engines;
    asked.push_back(options.speed_engine);
    for (const std::string& engine : asked) {
        if (window::make_engine(engine) != nullptr) continue;
        fmt::print(stderr, "tangram-bench: no engine '{}'\n", engine);
        return 2;
    }
    const WindowScenarios scenarios(options.data);
    std::vector<WindowCell> cells = read_window_grid(options.grid);
    std::erase_if(cells, [&](const WindowCell& cell) {
        return cell.name.find(options.only) == std::string::npos;
    });
    const std::size_t all = cells.size();
    cells = drawn_cells(cells, options.cells);
    fmt::print("{}\n{} of {} cells of the grid, {} s for each engine.\n", machine_line(),
               cells.size(), all, options.seconds);

    std::vector<CellAnswers> answers;
    print_header(engines);
    for (const WindowCell& cell : cells) {
        const window::Window window = first_window(scenarios.make(cell));
        answers.push_back(answer_cell(cell, window, engines, options.seconds));
        print_cell(answers.back(), engines);
    }
    print_advantages(answers);
    print_switching(answers);
    std::size_t faults = 0;
    for (const CellAnswers& one : answers) {
        for (const std::string& fault : one.faults) {
            ++faults;
            fmt::print("\nFAULT {}: {}\n", one.cell.name, fault);
        }
    }
    fmt::print("\n{} contradictions.\n", faults);
    if (options.seeds > 0) {
        print_speed(scenarios, options.speed_engine, options.seeds, options.speed_seconds);
    }
    return faults == 0 ? 0 : 1;
}

}  // namespace tangram::bench
