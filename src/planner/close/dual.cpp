#include "planner/close/dual.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tangram::planner::close {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kStepsPerCover = 4'000;

std::int64_t rent(const Question& question, const Units& units, const Duals& duals,
                  FleetEntryId entry) {
    const Cost cost = question.model->problem->fleet[entry].cost;
    return duals.money * (cost.count() / units.cost) + duals.rents[entry.index()];
}

std::int64_t worth(const Duals& duals, const std::vector<int>& counts) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) sum += counts[k] * duals.places[k];
    return sum;
}

// How many GPUs of an entry there can be at most; nothing: without limit.
std::optional<std::int64_t> most_of(const Question& question, FleetEntryId entry) {
    std::optional<std::int64_t> most = question.model->entries[entry].cap;
    const Cost cost = question.model->problem->fleet[entry].cost;
    if (question.budget && cost > Cost{}) {
        const std::int64_t affordable = question.budget->count() / cost.count();
        most = std::min(most.value_or(affordable), affordable);
    }
    return most;
}

// What further GPUs add: nothing, unless rounding made a partition worth more than its rent.
Wide further(const Question& question, const Units& units, const Duals& duals) {
    Wide sum = 0;
    std::vector<std::int64_t> least(question.model->entries.size(), 0);
    for (const PartitionId m : question.partitions) {
        const PartitionChoice& partition = question.model->partitions[m];
        std::int64_t& entry = least[partition.entry.index()];
        entry = std::min(
            entry, rent(question, units, duals, partition.entry) - worth(duals, partition.counts));
    }
    for (const FleetEntryId e : question.model->entries.ids()) {
        if (least[e.index()] >= 0) continue;
        const auto most = most_of(question, e);
        if (!most) return std::numeric_limits<std::int64_t>::min();
        sum += Wide{least[e.index()]} * *most;
    }
    return sum;
}

// Of a complete list nothing else can be part of an answer, which is more than covering says.
SplitCover cheapest_listed(std::span<const SplitPrice> prices,
                           const std::vector<std::vector<std::int64_t>>& covers) {
    SplitCover best;
    best.cost = std::numeric_limits<std::int64_t>::max();
    const std::vector<std::int64_t>* found = nullptr;
    for (const auto& cover : covers) {
        const std::int64_t cost = price_of(prices, cover);
        if (cost >= best.cost) continue;
        best.cost = cost;
        found = &cover;
    }
    best.cover = *found;
    best.steps = std::ssize(covers);
    return best;
}

}  // namespace

Units units_of(const Question& question) {
    Units units;
    std::int64_t largest = 1;
    units.weight = 0;
    for (const std::int64_t weight : question.weights) {
        units.weight = std::gcd(units.weight, weight);
        largest = std::max(largest, weight);
    }
    units.weight = std::max<std::int64_t>(units.weight, 1);
    units.cost = cost_step(*question.model).count();
    // Prices of a few dearest weights times a million instances must fit.
    constexpr std::int64_t kLargestPrice = std::int64_t{1} << 34;
    units.scale = std::clamp<std::int64_t>(kLargestPrice / (largest / units.weight), 1, 1 << 20);
    return units;
}

std::vector<SplitPrice> split_prices(const Question& question, const Units& units,
                                     const Duals& duals, ServiceId service) {
    const Demand& demand = question.model->demands[service];
    std::vector<SplitPrice> prices;
    for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count; ++o) {
        const std::int64_t place = duals.places[question.model->options[o].type.index()];
        const std::int64_t weight = question.weights[o] / units.weight * units.scale;
        prices.push_back({place + duals.stays[o], place + weight, question.available[o],
                          question.prices[question.model->options[o].type.index()]});
    }
    return prices;
}

std::int64_t price_of(std::span<const SplitPrice> prices, const std::vector<std::int64_t>& cover) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        const std::int64_t kept = std::min(cover[i], prices[i].available);
        sum += kept * prices[i].kept + (cover[i] - kept) * prices[i].fresh;
    }
    return sum;
}

std::int64_t price_of(const Question& question, const Units& units, const Duals& duals,
                      const Cut& cut) {
    std::int64_t price = rent(question, units, duals, cut.entry) - worth(duals, cut.counts);
    for (const Stay& stay : cut.stays) price -= stay.count * duals.stays[stay.option];
    return price;
}

Valuation value_of(const Question& question, const Units& units, const Duals& duals) {
    const PlanningModel& model = *question.model;
    Valuation out;
    Wide sum = further(question, units, duals);
    for (const ServiceId s : question.services.ids()) {
        const std::vector<SplitPrice> prices = split_prices(question, units, duals, s);
        const ServiceChoice& choice = question.services[s];
        SplitCover cover = choice.list.complete && !choice.list.covers.empty()
                               ? cheapest_listed(prices, choice.list.covers)
                               : cheapest_split(model.options_of(s), prices,
                                                {choice.need, choice.limit}, kStepsPerCover);
        sum += cover.cost;
        out.work += static_cast<std::uint64_t>(cover.steps) * prices.size();
        out.covers.push_back(std::move(cover));
    }
    for (const GpuClass& group : question.classes) {
        std::int64_t least = group.held ? std::numeric_limits<std::int64_t>::max() : 0;
        std::size_t best = 0;
        std::int64_t best_price = std::numeric_limits<std::int64_t>::max();
        for (std::size_t j = 0; j < group.cuts.size(); ++j) {
            const std::int64_t price = price_of(question, units, duals, group.cuts[j]);
            if (price < best_price) {
                best_price = price;
                best = j;
            }
        }
        least = std::min(least, best_price);
        out.cuts.push_back(best);
        out.work += group.cuts.size() * model.types.size();
        sum += Wide{least} * std::ssize(group.gpus);
    }
    if (question.budget) sum -= Wide{duals.money} * (question.budget->count() / units.cost);
    for (const FleetEntryId e : model.entries.ids()) {
        if (duals.rents[e.index()] > 0) sum -= Wide{duals.rents[e.index()]} * *model.entries[e].cap;
    }
    out.value = static_cast<double>(sum) / static_cast<double>(units.scale);
    if (sum > 0) {
        out.bound = static_cast<std::int64_t>((sum + units.scale - 1) / units.scale) * units.weight;
    }
    return out;
}

}  // namespace tangram::planner::close
