#include "planner/price/bound.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "lp/model.h"

namespace tangram::planner::price {
namespace {

constexpr std::size_t kSampleSize = 2'000;
constexpr int kRoundsAtMost = 200;
// The LP's mix costs the LP's value at the best prices: what that exceeds L by is lost to the
// search for a plan, which has only the distance from L to the next possible cost to spend.
constexpr double kMixShare = 0.05;
constexpr int kPolishingRounds = 15;
constexpr double kUnit = static_cast<double>(kCostPerUnit * kPricePerCost);

// The LP over prices (in cost units), rents and the scaled value of L.
class Master {
public:
    Master(const PlanningModel& model, double value_scale)
        : model_(model), value_scale_(value_scale), lp_(first_rows()) {}

    void add_cut(const Evaluation& cut) {
        // value - (totals . w) / scale + (cap . v) / scale <= 0
        std::vector<lp::Term> terms{{value_column(), 1.0}};
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            if (cut.totals[k] == 0) continue;
            terms.push_back(
                {static_cast<int>(k), -static_cast<double>(cut.totals[k]) / value_scale_});
        }
        for (const FleetEntryId e : model_.entries.ids()) {
            if (const auto cap = model_.entries[e].cap) {
                terms.push_back({rent_column(e), static_cast<double>(*cap) / value_scale_});
            }
        }
        lp_.add_row(-lp::kInfinity, 0.0, terms);
    }

    struct Answer {
        bool ok = false;
        double value = 0;  // cost units
        RealPrices prices;
        std::vector<double> partitions;
        std::vector<double> weights;
    };

    Answer solve() {
        const lp::Solution solution = lp_.solve();
        Answer answer;
        answer.ok = solution.status == lp::Status::kOptimal;
        if (!answer.ok) return answer;
        answer.value = solution.values[static_cast<std::size_t>(value_column())] * value_scale_;
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            answer.prices.types.push_back(solution.values[k]);
        }
        for (const FleetEntryId e : model_.entries.ids()) {
            answer.prices.rents.push_back(
                solution.values[static_cast<std::size_t>(rent_column(e))]);
        }
        const std::size_t partitions = model_.partitions.size();
        for (std::size_t row = 0; row < solution.row_duals.size(); ++row) {
            const double dual = std::abs(solution.row_duals[row]);
            if (row < partitions) {
                answer.partitions.push_back(dual * value_scale_);
            } else {
                answer.weights.push_back(dual);
            }
        }
        return answer;
    }

private:
    [[nodiscard]] int rent_column(FleetEntryId entry) const {
        return static_cast<int>(model_.types.size() + entry.index());
    }
    [[nodiscard]] int value_column() const {
        return static_cast<int>(model_.types.size() + model_.entries.size());
    }

    // maximise value, such that every partition's instances cost at most its GPU and rent.
    [[nodiscard]] lp::Model first_rows() const {
        lp::Model model;
        model.maximise = true;
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            model.add_column(0.0, 0.0, lp::kInfinity);
        }
        for (const EntryLimit& entry : model_.entries) {
            model.add_column(0.0, 0.0, entry.cap ? lp::kInfinity : 0.0);
        }
        model.add_column(1.0, -lp::kInfinity, lp::kInfinity);
        for (const PartitionChoice& partition : model_.partitions) {
            std::vector<lp::Term> terms;
            for (std::size_t k = 0; k < partition.counts.size(); ++k) {
                if (partition.counts[k] > 0) {
                    terms.push_back(
                        {static_cast<int>(k), static_cast<double>(partition.counts[k])});
                }
            }
            if (model_.entries[partition.entry].cap) {
                terms.push_back({rent_column(partition.entry), -1.0});
            }
            model.add_row(-lp::kInfinity, cost_units(partition.cost), terms);
        }
        return model;
    }

    const PlanningModel& model_;
    double value_scale_;
    lp::IncrementalLp lp_;
};

// Equal shares: an instance costs the GPU divided by how many fit. Only a place to begin.
RealPrices first_prices(const PlanningModel& model) {
    RealPrices prices;
    for (const InstanceTypeId k : model.types.ids()) {
        double price = 0;
        for (const PartitionChoice& partition : model.partitions) {
            const int count = partition.counts[k.index()];
            if (count == 0) continue;
            const double share = cost_units(partition.cost) / count;
            price = price == 0 ? share : std::min(price, share);
        }
        prices.types.push_back(price);
    }
    prices.rents.assign(model.entries.size(), 0.0);
    return prices;
}

RealPrices between(const PriceVector& best, const RealPrices& proposal, double weight) {
    RealPrices query;
    const auto mix = [&](std::int64_t a, double b) {
        return (1.0 - weight) * static_cast<double>(a) / kUnit + weight * b;
    };
    for (std::size_t k = 0; k < best.types.size(); ++k) {
        query.types.push_back(mix(best.types[k], proposal.types[k]));
    }
    for (std::size_t e = 0; e < best.rents.size(); ++e) {
        query.rents.push_back(mix(best.rents[e], proposal.rents[e]));
    }
    return query;
}

std::int64_t round_up(double price_units, std::int64_t granularity) {
    return static_cast<std::int64_t>(std::ceil(price_units / static_cast<double>(granularity)));
}

struct Limits {
    int rounds = kRoundsAtMost;
    double relative_gap = 1e-10;
    bool stop_at_granularity = false;
};

// One cutting-plane run over `demands`, beginning at `first`.
Bound run(const PlanningModel& model, std::span<const ServiceId> demands, const PriceVector& first,
          std::int64_t granularity, const Limits& limits, const PlanOptions& options) {
    const EvaluationOptions evaluation{.threads = options.threads};
    Bound bound;
    bound.cuts.push_back(evaluate(model, demands, first, {}, evaluation));
    bound.prices = first;
    bound.value = bound.cuts.back().value;
    bound.work = bound.cuts.back().nodes;
    const double scale = std::max(1.0, static_cast<double>(bound.value) / kUnit);
    Master master(model, scale);
    master.add_cut(bound.cuts.back());
    double weight = 0.5;
    int rounds_to_spare = 0;  // since no prices can prove more
    for (bound.rounds = 1;; ++bound.rounds) {
        Master::Answer answer = master.solve();
        if (!answer.ok) break;  // the bound so far stays valid
        const double reachable = answer.value * kUnit;
        bound.weights = answer.weights;
        bound.partitions = answer.partitions;
        // The LP's doubles only steer; a thousandth of a unit of granularity is beyond their noise.
        const double noise = 1e-3 * static_cast<double>(granularity);
        bound.limit =
            round_up(std::max(static_cast<double>(bound.value), reachable - noise), granularity) *
            granularity;
        const double gap = reachable - static_cast<double>(bound.value);
        if (round_up(static_cast<double>(bound.value), granularity) * granularity == bound.limit) {
            ++rounds_to_spare;
        }
        const bool settled = limits.stop_at_granularity && rounds_to_spare > 0 &&
                             (rounds_to_spare > kPolishingRounds ||
                              gap <= kMixShare * static_cast<double>(bound.limit - bound.value));
        if (settled || gap <= limits.relative_gap * reachable + 100.0 ||
            bound.rounds >= limits.rounds || bound.work > options.work_budget) {
            break;
        }
        if (options.deadline && std::chrono::steady_clock::now() > *options.deadline) break;
        PriceVector query = snap(model, between(bound.prices, answer.prices, weight), kUnit);
        Evaluation cut =
            evaluate(model, demands, std::move(query), bound.cuts.back().counts, evaluation);
        bound.work += cut.nodes;
        master.add_cut(cut);
        if (cut.value > bound.value) {
            bound.value = cut.value;
            bound.prices = cut.prices;
            weight = std::min(1.0, weight * 1.5);
        } else {
            weight = std::max(0.05, weight * 0.6);
        }
        bound.cuts.push_back(std::move(cut));
    }
    return bound;
}

}  // namespace

Bound best_bound(const PlanningModel& model, std::int64_t granularity, const PlanOptions& options) {
    const std::vector<ServiceId> demands = all_demands(model);
    PriceVector first = snap(model, first_prices(model), kUnit);
    // A sample says nothing about rents: the caps are those of the whole fleet.
    const bool capped = std::ranges::any_of(
        model.entries, [](const EntryLimit& entry) { return entry.cap.has_value(); });
    if (demands.size() > 2 * kSampleSize && !capped) {
        Random random(options.seed);
        std::vector<ServiceId> sample = demands;
        for (std::size_t i = 0; i < kSampleSize; ++i) {
            std::swap(sample[i], sample[i + random.below(sample.size() - i)]);
        }
        sample.resize(kSampleSize);
        const Bound rough =
            run(model, sample, first, granularity, {.rounds = 40, .relative_gap = 1e-7}, options);
        first = rough.prices;
    }
    const Limits limits{.stop_at_granularity = true};
    return run(model, demands, first, granularity, limits, options);
}

}  // namespace tangram::planner::price
