#include "window/priced/tenant_pricing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace tangram::window::priced {

namespace {

// Less than the rounding of three operations on doubles.
constexpr double kSafe = 1 - 1e-12;

// How many memory slices the window's GPUs have, per kind.
std::vector<int> slices_by_kind(const Window& window) {
    std::vector<int> slices(window.kinds.size(), 0);
    for (const Gpu& gpu : window.gpus) {
        slices[gpu.kind.index()] += window.model(gpu.kind).memory_slices.value_or(0);
    }
    return slices;
}

}  // namespace

TenantPricing::TenantPricing(const Question& question, std::size_t tenant)
    : question_(question), tenant_(question.tenants[tenant]) {
    sort_slots();
    list_sets();
    std::size_t depth = 0;
    for (const Set& set : sets_) depth = std::max(depth, set.depth);
    costs_.assign(depth + 1, std::vector<double>(question.slots, 0.0));
    add_levels();
}

void TenantPricing::add_levels() {
    std::vector<double> accuracies{tenant_.accuracy};
    if (tenant_.running_end) accuracies.push_back(tenant_.running_accuracy);
    for (const Choice& choice : tenant_.choices) accuracies.push_back(choice.accuracy);
    std::ranges::sort(accuracies);
    const auto repeated = std::ranges::unique(accuracies);
    accuracies.erase(repeated.begin(), repeated.end());
    for (const double accuracy : accuracies) {
        levels_.push_back({.accuracy = accuracy,
                           .worth = std::vector<double>(question_.slots),
                           .set = std::vector<double>(question_.slots),
                           .sums = std::vector<double>(question_.slots + 1)});
    }
}

void TenantPricing::sort_slots() {
    order_.resize(question_.slots);
    rank_.resize(question_.slots);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::stable_sort(order_, std::ranges::greater{},
                             [&](std::size_t slot) { return tenant_.rates[slot]; });
    for (std::size_t place = 0; place < order_.size(); ++place) {
        rank_[order_[place]] = place;
        rates_.push_back(tenant_.rates[order_[place]]);
    }
    prices_.resize(question_.types.size() * question_.slots);
}

void TenantPricing::list_sets() {
    const Window& window = *question_.window;
    std::vector<std::size_t> types;
    for (std::size_t k = 0; k < question_.types.size(); ++k) {
        if (tenant_.capacity[k] > 0) types.push_back(k);
    }
    std::ranges::stable_sort(types, std::ranges::greater{},
                             [&](std::size_t k) { return tenant_.capacity[k]; });
    std::vector<int> room = slices_by_kind(window);
    std::size_t looks = 0;
    const auto too_many = [&] {
        return sets_.size() > kSetsMax || looks > kSetsPerSlotMax * question_.slots;
    };
    // Largest first: a set in which the last instance is needed has none to spare.
    const auto grow = [&](const auto& self, std::size_t parent, std::size_t first) -> void {
        const auto enough =
            std::ranges::lower_bound(rates_, sets_[parent].capacity, std::ranges::greater{});
        const auto slots = static_cast<std::size_t>(enough - rates_.begin());
        if (slots == 0) return;
        for (std::size_t i = first; i < types.size() && !too_many(); ++i) {
            const Type& type = question_.types[types[i]];
            const int size = window.model(type.kind).profiles[type.profile].size;
            int& left = room[type.kind.index()];
            if (left < size) continue;
            left -= size;
            sets_.push_back({.parent = parent,
                             .type = types[i],
                             .depth = sets_[parent].depth + 1,
                             .capacity = sets_[parent].capacity + tenant_.capacity[types[i]],
                             .slots = slots});
            looks += slots;
            self(self, sets_.size() - 1, i);
            left += size;
        }
    };
    sets_.push_back({});
    grow(grow, 0, 0);
    fractions_ = too_many();
    if (!fractions_) return;
    sets_.assign(1, {});
    for (const std::size_t k : types) {
        sets_.push_back({.parent = 0,
                         .type = k,
                         .depth = 1,
                         .capacity = tenant_.capacity[k],
                         .slots = question_.slots});
    }
}

void TenantPricing::offer(const Set& set, std::size_t number, double bonus) {
    const double* cost = costs_[set.depth].data();
    const double* rate = rates_.data();
    const auto index = static_cast<double>(number);
    for (Level& level : levels_) {
        const double per_request = (level.accuracy + bonus) / question_.grid;
        double* worth = level.worth.data();
        double* best = level.set.data();
        for (std::size_t t = 0; t < set.slots; ++t) {
            const double served = rate[t] < set.capacity ? rate[t] : set.capacity;
            const double candidate = per_request * served - cost[t];
            const bool better = worth[t] < candidate;
            worth[t] = better ? candidate : worth[t];
            best[t] = better ? index : best[t];
        }
    }
    work_ += levels_.size() * set.slots;
}

void TenantPricing::offer_fractions(double bonus) {
    for (std::size_t number = 1; number < sets_.size(); ++number) {
        const double* price = prices_.data() + sets_[number].type * question_.slots;
        for (Level& level : levels_) {
            const double per_request = (level.accuracy + bonus) / question_.grid;
            for (std::size_t t = 0; t < question_.slots; ++t) {
                const double rate = rates_[t];
                const double cost = std::floor(rate / sets_[number].capacity * price[t] * kSafe);
                const double candidate = per_request * rate - cost;
                if (candidate <= level.worth[t]) continue;
                level.worth[t] = candidate;
                level.set[t] = static_cast<double>(number);
            }
        }
    }
    work_ += sets_.size() * levels_.size() * question_.slots;
}

void TenantPricing::price(const double* prices, double bonus) {
    for (std::size_t k = 0; k < question_.types.size(); ++k) {
        const std::size_t row = k * question_.slots;
        for (std::size_t t = 0; t < question_.slots; ++t) prices_[row + rank_[t]] = prices[row + t];
    }
    for (Level& level : levels_) {
        std::ranges::fill(level.worth, 0.0);
        std::ranges::fill(level.set, 0.0);
    }
    if (fractions_) {
        offer_fractions(bonus);
    } else {
        for (std::size_t number = 1; number < sets_.size(); ++number) {
            const Set& set = sets_[number];
            const double* price = prices_.data() + set.type * question_.slots;
            const double* parent = costs_[set.depth - 1].data();
            double* cost = costs_[set.depth].data();
            for (std::size_t t = 0; t < set.slots; ++t) cost[t] = parent[t] + price[t];
            offer(set, number, bonus);
        }
    }
    for (Level& level : levels_) {
        level.sums[0] = 0;
        for (std::size_t t = 0; t < question_.slots; ++t) {
            level.sums[t + 1] = level.sums[t] + std::ceil(level.worth[rank_[t]]);
        }
    }
}

const TenantPricing::Level& TenantPricing::level(double accuracy) const {
    const auto found = std::ranges::find(levels_, accuracy, &Level::accuracy);
    CHECK(found != levels_.end());
    return *found;
}

double TenantPricing::worth(Step step) const {
    const double before = level(tenant_.accuracy).sums[step.from];
    if (step.from == question_.slots) return before;
    const Level& after = level(step.after);
    return before + after.sums.back() - after.sums[step.from];
}

double TenantPricing::add_demand(Step step, double weight, double* demand) const {
    double requests = 0;
    for (std::size_t t = 0; t < question_.slots; ++t) {
        const Level& here = level(t < step.from ? tenant_.accuracy : step.after);
        auto number = static_cast<std::size_t>(here.set[rank_[t]]);
        const double rate = tenant_.rates[t];
        const double capacity = sets_[number].capacity;
        const double times = fractions_ && number > 0 ? rate / capacity : 1;
        requests += weight * std::min(rate, capacity * times);
        for (; number != 0; number = sets_[number].parent) {
            demand[sets_[number].type * question_.slots + t] += weight * times;
        }
    }
    return requests;
}

}  // namespace tangram::window::priced
