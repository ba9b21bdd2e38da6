#include "planner/price/bound.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/random.h"
#include "planner/price/master.h"

namespace tangram::planner::price {
namespace {

constexpr std::size_t kSampleSize = 2'000;
constexpr int kRoundsAtMost = 200;
// The LP's mix costs the LP's value at the best prices: what that exceeds L by is lost to the
// search for a plan, which has only the distance from L to the next possible cost to spend.
constexpr double kMixShare = 0.05;
constexpr int kPolishingRounds = 15;
constexpr double kUnit = static_cast<double>(kCostPerUnit * kPricePerCost);

// Equal shares: an instance costs the GPU divided by how many fit. Only a place to begin.
std::vector<double> first_prices(const PlanningModel& model) {
    std::vector<double> prices;
    for (const InstanceTypeId k : model.types.ids()) {
        double price = 0;
        for (const PartitionChoice& partition : model.partitions) {
            const int count = partition.counts[k.index()];
            if (count == 0) continue;
            const double share = cost_units(partition.cost) / count;
            price = price == 0 ? share : std::min(price, share);
        }
        prices.push_back(price);
    }
    return prices;
}

std::vector<std::int64_t> costs_by_entry(const PlanningModel& model) {
    std::vector<std::int64_t> costs(model.entries.size(), 0);
    for (const PartitionChoice& partition : model.partitions) {
        costs[partition.entry.index()] = partition.cost.count() * kPricePerCost;
    }
    return costs;
}

// The multiple of `step` that is no less.
std::int64_t round_up(double price_units, std::int64_t step) {
    return static_cast<std::int64_t>(std::ceil(price_units / static_cast<double>(step))) * step;
}

struct Limits {
    int rounds = kRoundsAtMost;
    double relative_gap = 1e-10;
    // Values matter only up to the next multiple of this; 0: to the last unit.
    std::int64_t granularity = 0;
    // What the LP's doubles may be off by. They only steer.
    double noise = 0;
    bool stop_above_zero = false;
};

// One cutting-plane run over `demands`; `bound` brings cuts and the prices to begin at.
class CuttingPlanes {
public:
    CuttingPlanes(const PlanningModel& model, const Question& question,
                  std::span<const ServiceId> demands, const Limits& limits,
                  const PlanOptions& options, Bound bound)
        : model_(model),
          question_(question),
          demands_(demands),
          limits_(limits),
          options_(options),
          bound_(std::move(bound)),
          master_(model, question, std::max(1.0, static_cast<double>(bound_.covers) / kUnit)) {}

    Bound run();

private:
    [[nodiscard]] bool finished(double reachable);
    [[nodiscard]] PriceVector query(const Master::Answer& proposal) const;
    void take(Evaluation cut);

    const PlanningModel& model_;
    const Question& question_;
    std::span<const ServiceId> demands_;
    const Limits& limits_;
    const PlanOptions& options_;
    Bound bound_;
    Master master_;
    double weight_ = 0.5;      // of the proposal in the next query
    int rounds_to_spare_ = 0;  // since no prices can prove more
};

// `reachable`: the LP's value in price units.
bool CuttingPlanes::finished(double reachable) {
    if (limits_.stop_above_zero && bound_.value > 0) return true;
    const auto value = static_cast<double>(bound_.value);
    const double gap = reachable - value;
    bool settled = false;
    if (limits_.granularity > 0) {
        bound_.limit = round_up(std::max(value, reachable - limits_.noise), limits_.granularity);
        if (round_up(value, limits_.granularity) == bound_.limit) ++rounds_to_spare_;
        settled = rounds_to_spare_ > kPolishingRounds ||
                  (rounds_to_spare_ > 0 &&
                   gap <= kMixShare * static_cast<double>(bound_.limit - bound_.value));
    }
    return settled || gap <= limits_.relative_gap * std::abs(reachable) + 100.0 ||
           bound_.rounds >= limits_.rounds || bound_.work > options_.work_budget ||
           (options_.deadline && std::chrono::steady_clock::now() > *options_.deadline);
}

// Between the best prices and the proposed ones.
PriceVector CuttingPlanes::query(const Master::Answer& proposal) const {
    const auto between = [this](std::int64_t best, double proposed) {
        return (1.0 - weight_) * static_cast<double>(best) / kUnit + weight_ * proposed;
    };
    std::vector<std::int64_t> gpus;
    for (std::size_t e = 0; e < question_.base.size(); ++e) {
        const double worth = between(bound_.prices.gpus[e], proposal.gpus[e]);
        const std::int64_t base = question_.base[e];
        gpus.push_back(
            question_.count[e] ? std::max<std::int64_t>(base, std::llround(worth * kUnit)) : base);
    }
    std::vector<double> types;
    for (std::size_t k = 0; k < proposal.types.size(); ++k) {
        types.push_back(between(bound_.prices.types[k], proposal.types[k]));
    }
    return snap(model_, types, std::move(gpus), kUnit);
}

void CuttingPlanes::take(Evaluation cut) {
    bound_.work += cut.nodes;
    master_.add_cut(cut);
    const std::int64_t value = question_.value(cut.covers, cut.prices);
    if (value > bound_.value) {
        bound_.value = value;
        bound_.covers = cut.covers;
        bound_.prices = cut.prices;
        weight_ = std::min(1.0, weight_ * 1.5);
    } else {
        weight_ = std::max(0.05, weight_ * 0.6);
    }
    bound_.cuts.push_back(std::make_shared<const Evaluation>(std::move(cut)));
}

Bound CuttingPlanes::run() {
    for (const Cut& cut : bound_.cuts) master_.add_cut(*cut);
    for (bound_.rounds = 1;; ++bound_.rounds) {
        Master::Answer answer = master_.solve();
        if (!answer.ok) break;  // the bound so far stays valid
        bound_.weights = answer.weights;
        bound_.partitions = answer.partitions;
        if (finished(answer.value * kUnit)) break;
        take(evaluate(model_, demands_, query(answer), bound_.cuts.back()->counts,
                      {.threads = options_.threads}));
    }
    return std::move(bound_);
}

// What one evaluation proves.
Bound first_bound(const PlanningModel& model, const Question& question,
                  std::span<const ServiceId> demands, PriceVector prices, int threads) {
    Bound bound;
    Evaluation cut = evaluate(model, demands, std::move(prices), {}, {.threads = threads});
    bound.prices = cut.prices;
    bound.covers = cut.covers;
    bound.value = question.value(cut.covers, cut.prices);
    bound.work = cut.nodes;
    bound.cuts.push_back(std::make_shared<const Evaluation>(std::move(cut)));
    return bound;
}

Question cheapest_fleet(const PlanningModel& model) {
    Question question{.base = costs_by_entry(model), .count = {}, .worth = {}};
    for (const EntryLimit& entry : model.entries) question.count.push_back(entry.cap);
    return question;
}

}  // namespace

Bound best_bound(const PlanningModel& model, std::int64_t granularity, const PlanOptions& options) {
    const Question question = cheapest_fleet(model);
    const std::vector<ServiceId> demands = all_demands(model);
    PriceVector first = snap(model, first_prices(model), question.base, kUnit);
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
        const Limits rough{.rounds = 40, .relative_gap = 1e-7};
        first = CuttingPlanes(model, question, sample, rough, options,
                              first_bound(model, question, sample, first, options.threads))
                    .run()
                    .prices;
    }
    // A thousandth of a unit of granularity is beyond the noise of the LP's doubles.
    const Limits limits{.granularity = granularity,
                        .noise = 1e-3 * static_cast<double>(granularity)};
    return CuttingPlanes(model, question, demands, limits, options,
                         first_bound(model, question, demands, first, options.threads))
        .run();
}

Bound mix_bound(const PlanningModel& model, const GpuMix& mix, const Bound& start,
                std::int64_t granularity, const PlanOptions& options) {
    Question question{.base = std::vector<std::int64_t>(mix.size(), 0), .count = {}, .worth = 0};
    const std::vector<std::int64_t> costs = costs_by_entry(model);
    for (const FleetEntryId e : mix.ids()) {
        question.count.emplace_back(mix[e]);
        const std::int64_t cost = costs[e.index()];
        *question.worth += mix[e] * (cost > 0 ? cost : kCostPerUnit * kPricePerCost);
    }
    Bound bound;
    bound.mix = mix;
    bound.cuts = start.cuts;
    bound.prices = start.prices;
    bound.covers = start.covers;
    bound.value = question.value(start.covers, start.prices);
    const std::vector<ServiceId> demands = all_demands(model);
    const Limits limits{.granularity = *question.worth,
                        .noise = 1e-3 * static_cast<double>(granularity),
                        .stop_above_zero = true};
    return CuttingPlanes(model, question, demands, limits, options, std::move(bound)).run();
}

}  // namespace tangram::planner::price
