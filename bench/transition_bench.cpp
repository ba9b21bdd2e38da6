#include "transition_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "inputs.h"
#include "machine.h"
#include "transition_tables.h"
#include "workload/change_kinds.h"

namespace tangram::bench {
namespace {

// More only for one kind of change: finding the nearest target takes most of a minute.
constexpr std::size_t kManyServices = 100;

class Bench {
public:
    explicit Bench(const TransitionBench& options)
        : options_(options),
          inputs_(load_inputs()),
          driver_(durations_preset("driver")),
          kubernetes_(durations_preset("kubernetes")) {}

    void run() {
        fmt::print(
            "{}\nTransitions between exact plans before and after a change; family {}, seeds from "
            "1. Ours: the nearest of the cheapest plans, then a safe way there. Exchange and "
            "compact: our re-implementation of MIG-serving's way (arXiv 2109.11067) as far as our "
            "notes know it, to the cheapest plan made from scratch, its GPUs matched with those "
            "that "
            "are there. `aged`: {} changes of one "
            "rate, "
            "each re-planned close to what is there, then half of the rates.\n",
            machine_line(), options_.family, options_.aged);
        for (const std::string_view kind : workload::change_kinds()) run_kind(std::string(kind));
        run_kind("aged");
        run_scenarios();
        print();
        if (options_.large && wanted("large")) run_large();
    }

private:
    [[nodiscard]] bool wanted(std::string_view kind) const {
        return kind.find(options_.only) != std::string_view::npos;
    }

    // Large ones take longer and differ less.
    [[nodiscard]] int seeds_for(std::size_t services) const {
        const auto most = static_cast<int>(240 / std::max<std::size_t>(services, 1));
        return std::max(1, std::min(options_.seeds, most));
    }

    void run_kind(const std::string& kind) {
        if (!wanted(kind)) return;
        for (const std::size_t services : options_.services) {
            if (services > kManyServices && kind != "half") continue;
            for (int i = 1; i <= seeds_for(services); ++i) {
                const auto seed = static_cast<std::uint64_t>(i);
                const auto problem = family_problem(inputs_, options_.family, services, seed);
                std::unique_ptr<TransitionPair> pair;
                if (kind == "aged") {
                    pair = make_aged_pair(problem, options_.aged, seed, driver_.cold_start);
                } else {
                    const auto both = or_exit(workload::changed(problem, kind, seed));
                    pair = make_pair(both.before, both.after, driver_.cold_start);
                }
                add(std::move(pair), kind, seed);
            }
        }
    }

    // ParvaGPU's scenarios: the same models, far apart.
    void run_scenarios() {
        if (!wanted("scenarios")) return;
        constexpr std::pair<int, int> kPairs[] = {{6, 2}, {2, 6}, {5, 2}, {2, 5}};
        for (const auto& [from, to] : kPairs) {
            const auto before = scenario_problem(inputs_, from, 1, 3);
            const auto after = scenario_problem(inputs_, to, 1, 3);
            add(make_pair(before, after, driver_.cold_start), fmt::format("S{} to S{}", from, to),
                1);
        }
    }

    void add(std::unique_ptr<TransitionPair> pair, std::string kind, std::uint64_t seed) {
        if (!pair) {
            ++skipped_;
            return;
        }
        pair->kind = std::move(kind);
        pair->seed = seed;
        RacedPair raced;
        raced.driver = race(*pair, driver_);
        raced.kubernetes = race(*pair, kubernetes_);
        raced.pair = std::move(pair);
        if (options_.pairs) print_line(raced);
        raced_.push_back(std::move(raced));
    }

    [[nodiscard]] std::vector<PairGroup> grouped(auto name) const {
        std::vector<PairGroup> groups;
        for (const RacedPair& raced : raced_) {
            const std::string group = name(*raced.pair);
            if (groups.empty() || groups.back().name != group) groups.push_back({group, {}});
            groups.back().pairs.push_back(&raced);
        }
        return groups;
    }

    void print() const {
        if (raced_.empty()) return;
        PairGroup all{"all", {}};
        for (const RacedPair& raced : raced_) all.pairs.push_back(&raced);
        print_sizes(grouped(
            [](const TransitionPair& p) { return fmt::format("{}, {}", p.kind, p.services); }));
        auto kinds = grouped([](const TransitionPair& p) { return p.kind; });
        kinds.push_back(all);
        print_restarts(kinds);
        print_spares(kinds);
        print_times(kinds, false);
        print_times(kinds, true);
        print_summary(all);
        print_lost(all);
        if (skipped_ > 0) {
            fmt::print("\nPairs left out, as no plan meets their objectives: {}.\n", skipped_);
        }
        std::fflush(stdout);
    }

    // Rates so large that 200 services take about 1,000 GPUs.
    void run_large() const {
        workload::Problem problem = family_problem(inputs_, "plain", 200, 1);
        for (workload::Service& service : problem.services) service.rate = service.rate * 8;
        const auto both = or_exit(workload::changed(problem, "half", 1));
        const auto pair = make_pair(both.before, both.after, driver_.cold_start);
        if (!pair) return;
        using Clock = std::chrono::steady_clock;
        const auto timed = [&](int tries) {
            transition::WayOptions how;
            how.exchange = true;
            how.tries = tries;
            const auto begin = Clock::now();
            const auto way =
                or_exit(transition::find_way(pair->model, pair->current, pair->near, driver_, how));
            const double took = std::chrono::duration<double>(Clock::now() - begin).count();
            fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {:.2f} | {:.2f} |\n",
                       pair->services, pair->gpus(), tries, way.found, way.spares, way.temporaries,
                       way.graph.steps.size(), way.graph.arcs.size(), pair->target_seconds, took);
        };
        fmt::print(
            "\n### Large\n\nRates of `plain` times 8, then half of them changed. The way is order "
            "and arcs, for one order tried and for twelve.\n\n"
            "| services | GPUs | tries | found | spares | temporaries | steps | arcs | target s | "
            "way s |\n|---|---|---|---|---|---|---|---|---|---|\n");
        timed(1);
        timed(12);
    }

    const TransitionBench& options_;
    Inputs inputs_;
    transition::Durations driver_, kubernetes_;
    std::vector<RacedPair> raced_;
    int skipped_ = 0;
};

}  // namespace

int run_transition_bench(const TransitionBench& options) {
    Bench(options).run();
    return 0;
}

}  // namespace tangram::bench
