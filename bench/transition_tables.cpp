#include "transition_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>

#include "runs.h"

namespace tangram::bench {
namespace {

using transition::SpareVerdict;
using transition::baseline::Figures;
using transition::exhaustive::Reachable;

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

// Median / 90 % / worst.
std::string spread_of(const std::vector<double>& values, int digits) {
    if (values.empty()) return "-";
    return fmt::format("{:.{}f} / {:.{}f} / {:.{}f}", median(values), digits, quantile(values, 0.9),
                       digits, quantile(values, 1), digits);
}

template <typename Number>
std::string spread_of(const PairGroup& group, Number number, int digits = 0) {
    std::vector<double> values;
    for (const RacedPair* raced : group.pairs) {
        const std::optional<double> value = number(*raced);
        if (value) values.push_back(*value);
    }
    return spread_of(values, digits);
}

template <typename Holds>
std::string share_of(const PairGroup& group, Holds holds) {
    std::size_t yes = 0, asked = 0;
    for (const RacedPair* raced : group.pairs) {
        const std::optional<bool> answer = holds(*raced);
        if (!answer) continue;
        ++asked;
        yes += *answer ? 1U : 0U;
    }
    if (asked == 0) return "-";
    return fmt::format("{:.0f} % ({} of {})",
                       100 * static_cast<double>(yes) / static_cast<double>(asked), yes, asked);
}

template <typename Number>
std::int64_t sum_of(const PairGroup& group, Number number) {
    std::int64_t sum = 0;
    for (const RacedPair* raced : group.pairs) sum += static_cast<std::int64_t>(number(*raced));
    return sum;
}

double ratio(double ours, double theirs) {
    if (theirs > 0) return ours / theirs;
    return ours > 0 ? std::numeric_limits<double>::infinity() : 1;
}

// The largest instance that our way starts: what "one start" costs.
std::int64_t one_start(const RacedPair& raced) {
    static const transition::Durations driver = durations_preset("driver");
    std::int64_t most = 0;
    const transition::StepGraph& graph = raced.driver.way.graph;
    for (const transition::Step& step : graph.steps) {
        if (step.kind != transition::StepKind::kStart) continue;
        const auto& model = graph.models[static_cast<std::size_t>(graph.gpus[step.gpu].model)];
        const auto& point = graph.points[step.point];
        const int slices = model.profiles[static_cast<std::size_t>(step.profile)].compute_slices;
        most = std::max(most, start_cost(driver, point.model, slices).count());
    }
    return most;
}

bool within(std::int64_t cost, std::int64_t bound, std::int64_t starts, std::int64_t percent,
            const RacedPair& raced) {
    return cost <= bound + std::max(starts * one_start(raced), bound * percent / 100);
}

std::string restart_share(const PairGroup& group, const auto& theirs) {
    double ours = 0, all = 0, worst = 0;
    for (const RacedPair* raced : group.pairs) {
        const auto mine = static_cast<double>(raced->driver.way.restart.count());
        const auto other = static_cast<double>(theirs(*raced).restart.count());
        ours += mine;
        all += other;
        if (mine > 0) worst = std::max(worst, ratio(mine, other));
    }
    return fmt::format("{:.0f} % / {:.0f} %", 100 * ratio(ours, all), 100 * worst);
}

std::string spares_text(const PairGroup& group, const auto& spares) {
    const auto none = sum_of(group, [&](const RacedPair& p) { return spares(p) == 0; });
    const auto few = sum_of(group, [&](const RacedPair& p) { return spares(p) <= 1; });
    return fmt::format("{} / {} / {}", none, few, sum_of(group, spares));
}

bool target_is_near(const RacedPair& raced) {
    const planner::Restart& restart = *raced.pair->outcome.restart;
    return within(restart.cost.count(), restart.bound.count(), 1, 2, raced);
}

bool way_is_near(const RacedPair& raced) {
    const std::int64_t bound = raced.pair->outcome.restart->bound.count();
    return raced.driver.way.found && within(raced.driver.way.restart.count(), bound, 2, 10, raced);
}

// Nothing where no spare GPU is used or there are too many GPUs to ask.
std::optional<bool> spare_is_proven(const RacedPair& raced) {
    if (!raced.driver.without_spares) return std::nullopt;
    return raced.driver.way.verdict == SpareVerdict::kProvenNecessary;
}

// Our makespan over theirs; infinite where we found no way, nothing where neither has anything to
// do.
struct Contest {
    bool kubernetes = false;
    transition::Way TransitionRace::* ours;
    Figures TransitionRace::* theirs;

    [[nodiscard]] const TransitionRace& race(const RacedPair& raced) const {
        return kubernetes ? raced.kubernetes : raced.driver;
    }
    std::optional<double> operator()(const RacedPair& raced) const {
        const transition::Way& way = race(raced).*ours;
        const Duration other = (race(raced).*theirs).makespan;
        if (!way.found) return std::numeric_limits<double>::infinity();
        if (other.count() == 0 && way.makespan.count() == 0) return std::nullopt;
        return ratio(seconds(way.makespan), seconds(other));
    }
};

std::string ratio_text(const PairGroup& group, const Contest& contest) {
    return spread_of(group, contest, 2);
}

std::string no_slower(const PairGroup& group, const Contest& contest) {
    return share_of(group, [&](const RacedPair& raced) -> std::optional<bool> {
        const std::optional<double> value = contest(raced);
        return value ? std::optional(*value <= 1.0) : std::nullopt;
    });
}

std::string name_of(const RacedPair& raced) {
    return fmt::format("{}, {} services, seed {}", raced.pair->kind, raced.pair->services,
                       raced.pair->seed);
}

}  // namespace

void print_sizes(const std::vector<PairGroup>& groups) {
    fmt::print(
        "\n### Sizes and speed\n\nThree figures: median / 90 % / worst.\n\n"
        "| change, services | pairs | GPUs | found | started | temporaries | target s | way s |\n"
        "|---|---|---|---|---|---|---|---|\n");
    for (const PairGroup& group : groups) {
        using Number = std::optional<double>;
        fmt::print(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n", group.name, group.pairs.size(),
            spread_of(
                group,
                [](const RacedPair& p) { return Number(static_cast<double>(p.pair->gpus())); }),
            share_of(group, [](const RacedPair& p) { return std::optional(p.driver.way.found); }),
            spread_of(group,
                      [](const RacedPair& p) {
                          return Number(static_cast<double>(p.driver.way.started));
                      }),
            spread_of(group,
                      [](const RacedPair& p) {
                          return Number(static_cast<double>(p.driver.way.temporaries));
                      }),
            spread_of(
                group, [](const RacedPair& p) { return Number(p.pair->target_seconds); }, 2),
            spread_of(group, [](const RacedPair& p) { return Number(p.driver.way_seconds); }, 3));
    }
}

void print_restarts(const std::vector<PairGroup>& kinds) {
    fmt::print(
        "\n### Restarts (durations driver)\n\n"
        "Restart cost is start time x compute slices. Target: the restart cost of the target is at "
        "most its proven bound + max(one start, 2 %); way: with replicas for the time between at "
        "most the bound + max(two starts, 10 %); one start is the largest instance the way starts. "
        "Shares are ours of the other's, in total / in the worst pair.\n\n"
        "| change | pairs | target within | way within | of exchange and compact's | of its on our "
        "target | of drain and rebuild's | temporaries |\n"
        "|---|---|---|---|---|---|---|---|\n");
    for (const PairGroup& kind : kinds) {
        fmt::print(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n", kind.name, kind.pairs.size(),
            share_of(kind, [](const RacedPair& p) { return std::optional(target_is_near(p)); }),
            share_of(kind, [](const RacedPair& p) { return std::optional(way_is_near(p)); }),
            restart_share(kind, [](const RacedPair& p) { return p.driver.parallel; }),
            restart_share(kind, [](const RacedPair& p) { return p.driver.parallel_near; }),
            restart_share(kind, [](const RacedPair& p) { return p.driver.rebuild; }),
            sum_of(kind, [](const RacedPair& p) { return p.driver.way.temporaries; }));
    }
}

void print_spares(const std::vector<PairGroup>& kinds) {
    fmt::print(
        "\n### Spare GPUs (durations driver)\n\n"
        "Pairs without / pairs with at most one / spare GPUs in all. The last two columns are of "
        "pairs on at most 8 GPUs for which our way takes spare ones: proven necessary; and what a "
        "search of all states with up to two temporaries at a time says: necessary / not / "
        "undecided.\n\n"
        "| change | pairs | ours | exchange and compact | the same on our target | proven | all "
        "states |\n|---|---|---|---|---|---|---|\n");
    for (const PairGroup& kind : kinds) {
        const auto states = [&](Reachable answer) {
            return sum_of(kind, [&](const RacedPair& p) {
                return p.driver.without_spares && p.driver.without_spares->reachable == answer;
            });
        };
        fmt::print(
            "| {} | {} | {} | {} | {} | {} | {} / {} / {} |\n", kind.name, kind.pairs.size(),
            spares_text(kind, [](const RacedPair& p) { return p.driver.way.spares; }),
            spares_text(kind, [](const RacedPair& p) { return p.driver.parallel.spares; }),
            spares_text(kind, [](const RacedPair& p) { return p.driver.parallel_near.spares; }),
            share_of(kind, spare_is_proven), states(Reachable::kNo), states(Reachable::kYes),
            states(Reachable::kUndecided));
    }
}

void print_times(const std::vector<PairGroup>& kinds, bool kubernetes) {
    fmt::print(
        "\n### Makespan (durations {})\n\n"
        "Ours over exchange and compact's, system against system, median / 90 % / worst: with our "
        "fewest spare GPUs; and for time first, with as many spare GPUs as exchange and compact "
        "uses, with the share of pairs in which we are no slower; the same where exchange and "
        "compact takes extra GPUs rather than free slices (roomy). Drain and rebuild is not "
        "ranked: the last column is the least share of its floor that any service has, median / "
        "worst.\n\n"
        "| change | found | ours s | exchange and compact s | ratio to parallel | ratio to one by "
        "one | to parallel on our target | time first | no slower | time first, no slower | roomy "
        "| roomy, no slower | spares: "
        "ours / time first / theirs / roomy | lowest share of drain and rebuild |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        kubernetes ? "kubernetes" : "driver");
    using R = TransitionRace;
    const Contest plain{kubernetes, &R::way, &R::parallel};
    const Contest slow{kubernetes, &R::way, &R::one_by_one};
    const Contest near{kubernetes, &R::way, &R::parallel_near};
    const Contest quick{kubernetes, &R::quick, &R::parallel};
    const Contest roomy{kubernetes, &R::quick_roomy, &R::roomy};
    const auto race = [&](const RacedPair& p) -> const R& { return plain.race(p); };
    for (const PairGroup& kind : kinds) {
        using Number = std::optional<double>;
        std::vector<double> lowest;
        for (const RacedPair* p : kind.pairs) {
            lowest.push_back(static_cast<double>(race(*p).rebuild.lowest.count()) / 1e6);
        }
        const auto ours_s = [&](const RacedPair& p) {
            return Number(seconds(race(p).way.makespan));
        };
        const auto theirs_s = [&](const RacedPair& p) {
            return Number(seconds(race(p).parallel.makespan));
        };
        fmt::print(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} / {} / {} / {} | "
            "{:.2f} / "
            "{:.2f} |\n",
            kind.name,
            share_of(kind, [&](const RacedPair& p) { return std::optional(race(p).way.found); }),
            spread_of(kind, ours_s, 1), spread_of(kind, theirs_s, 1), ratio_text(kind, plain),
            ratio_text(kind, slow), ratio_text(kind, near), ratio_text(kind, quick),
            no_slower(kind, plain), no_slower(kind, quick), ratio_text(kind, roomy),
            no_slower(kind, roomy),
            sum_of(kind, [&](const RacedPair& p) { return race(p).way.spares; }),
            sum_of(kind, [&](const RacedPair& p) { return race(p).quick.spares; }),
            sum_of(kind, [&](const RacedPair& p) { return race(p).parallel.spares; }),
            sum_of(kind, [&](const RacedPair& p) { return race(p).roomy.spares; }),
            lowest.empty() ? 1 : median(lowest), lowest.empty() ? 1 : quantile(lowest, 0));
    }
}

void print_summary(const PairGroup& all) {
    const auto row = [](std::string_view figure, const std::string& value, std::string_view goal) {
        fmt::print("| {} | {} | {} |\n", figure, value, goal);
    };
    const auto share = [&](bool (*holds)(const RacedPair&)) {
        return share_of(all, [=](const RacedPair& p) { return std::optional(holds(p)); });
    };
    using R = TransitionRace;
    fmt::print("\n### Summary\n\n| figure | measured | goal |\n|---|---|---|\n");
    row("ways found, driver", share([](const RacedPair& p) { return p.driver.way.found; }), "all");
    row("ways found, kubernetes", share([](const RacedPair& p) { return p.kubernetes.way.found; }),
        "all");
    row("restart cost of the target <= bound + max(one start, 2 %)", share(target_is_near),
        "on 90 %");
    row("restart cost of the way <= bound + max(two starts, 10 %)", share(way_is_near), "on 85 %");
    row("restarts of exchange and compact's, total / worst pair",
        restart_share(all, [](const RacedPair& p) { return p.driver.parallel; }),
        "at most 40 % / 100 %");
    row("pairs without / with at most one / spare GPUs in all",
        spares_text(all, [](const RacedPair& p) { return p.driver.way.spares; }),
        "0 on 90 %, at most 1 elsewhere, in all at most 15 % of exchange and compact's: " +
            spares_text(all, [](const RacedPair& p) { return p.driver.parallel.spares; }));
    row("spare GPUs proven necessary, at most 8 GPUs", share_of(all, spare_is_proven), "on 80 %");
    for (const bool kubernetes : {false, true}) {
        const std::string on = kubernetes ? "kubernetes" : "driver";
        row("makespan over parallel exchange and compact's, " + on,
            ratio_text(all, {kubernetes, &R::way, &R::parallel}),
            kubernetes ? "median at most 0.5" : "median at most 0.85");
        row("no slower with as many spare GPUs, time first, " + on,
            no_slower(all, {kubernetes, &R::quick, &R::parallel}), "on 95 %");
        row("the same, roomy, " + on, no_slower(all, {kubernetes, &R::quick_roomy, &R::roomy}),
            "on 95 %");
    }
}

void print_lost(const PairGroup& all) {
    fmt::print("\n### Pairs to look at\n\n");
    for (const RacedPair* p : all.pairs) {
        const TransitionRace& driver = p->driver;
        std::string why;
        if (!driver.way.found) why += "; no way found";
        if (driver.without_spares && driver.without_spares->reachable == Reachable::kYes) {
            why += fmt::format(
                "; {} spare GPUs where all states know a way without them, with {} "
                "slices for the time between",
                driver.way.spares, driver.without_spares->temporary_slices);
        }
        if (driver.way.spares > driver.parallel.spares) {
            why += fmt::format("; {} spare GPUs to {}", driver.way.spares, driver.parallel.spares);
        }
        if (driver.way.restart > driver.parallel.restart) why += "; restarts more";
        if (!way_is_near(*p)) {
            why += fmt::format("; restart cost {} to a bound of {}", driver.way.restart.count(),
                               p->pair->outcome.restart->bound.count());
        }
        if (!driver.quick.found || !driver.quick_roomy.found) why += "; no way time first";
        if (driver.quick.found && driver.quick.makespan > driver.parallel.makespan) {
            why += fmt::format("; driver {:.1f} s to {:.1f} s, time first",
                               seconds(driver.quick.makespan), seconds(driver.parallel.makespan));
        }
        const TransitionRace& kubernetes = p->kubernetes;
        if (!kubernetes.way.found) why += "; no way found on kubernetes";
        if (kubernetes.way.found && !kubernetes.quick.found) {
            why += fmt::format(
                "; kubernetes: no way time first with {} spare GPUs, fewest first with {}",
                kubernetes.parallel.spares, kubernetes.way.spares);
        }
        if (kubernetes.quick.found && kubernetes.quick.makespan > kubernetes.parallel.makespan) {
            why += fmt::format("; kubernetes {:.1f} s to {:.1f} s, time first",
                               seconds(kubernetes.quick.makespan),
                               seconds(kubernetes.parallel.makespan));
        }
        if (!why.empty()) fmt::print("- {}: {}\n", name_of(*p), why.substr(2));
    }
}

void print_line(const RacedPair& raced) {
    const auto& restart = *raced.pair->outcome.restart;
    fmt::print("  {}: GPUs {} -> {}, restart {} (bound {}); {:.2f} s\n", name_of(raced),
               raced.pair->current.gpus.size(), raced.pair->near.gpus.size(), restart.cost.count(),
               restart.bound.count(), raced.pair->target_seconds);
    const auto print_race = [](const char* durations, const TransitionRace& race) {
        const auto& way = race.way;
        const auto& theirs = race.parallel;
        fmt::print(
            "    {}: found {}, restart {} to {}, spares {} to {}, temporaries {}, makespan "
            "{:.1f} s (bound {:.1f}), time first {:.1f} s, to {:.1f} s; {:.4f} s\n",
            durations, way.found, way.restart.count(), theirs.restart.count(), way.spares,
            theirs.spares, way.temporaries, seconds(way.makespan), seconds(way.makespan_bound),
            seconds(race.quick.makespan), seconds(theirs.makespan), race.way_seconds);
    };
    print_race("driver", raced.driver);
    print_race("kubernetes", raced.kubernetes);
    std::fflush(stdout);
}

}  // namespace tangram::bench
