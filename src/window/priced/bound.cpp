#include "window/priced/bound.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace tangram::window::priced {

namespace {

// A floor's price beyond this would overflow a slot's worth; no sound bound needs more.
constexpr double kFloorPriceMax = 4.0 * static_cast<double>(kSharePerOne);

double accuracy_max(const TenantTerms& tenant) {
    double most = tenant.accuracy;
    if (tenant.running_end) most = std::max(most, tenant.running_accuracy);
    for (const Choice& choice : tenant.choices) most = std::max(most, choice.accuracy);
    return most;
}

}  // namespace

double price_max(const Question& question, std::size_t tenant, std::size_t type, std::size_t slot) {
    const TenantTerms& terms = question.tenants[tenant];
    const double served = std::min(terms.rates[slot], terms.capacity[type]);
    return std::floor(served * accuracy_max(terms) / question.grid);
}

Bound::Bound(const Question& question) : question_(question) {
    prices_.instance.resize(question.cells());
    for (std::size_t i = 0; i < question.tenants.size(); ++i) {
        for (std::size_t k = 0; k < question.types.size(); ++k) {
            for (std::size_t t = 0; t < question.slots; ++t) {
                most_.push_back(price_max(question, i, k, t));
            }
        }
        tenants_.emplace_back(question, i);
        prices_.hosting.emplace_back(question.tenants[i].choices.size() * question.slots);
    }
    hosted_.resize(question.tenants.size());
    for (const Site& site : question.sites) {
        if (std::ranges::find(relaxed_, site.relaxed) != relaxed_.end()) continue;
        relaxed_.push_back(site.relaxed);
        pricings_.emplace_back(question, question.trees[site.relaxed]);
    }
}

std::uint64_t Bound::work() const {
    std::uint64_t work = 0;
    for (const TenantPricing& tenant : tenants_) work += tenant.work();
    for (const GpuPricing& pricing : pricings_) work += pricing.work();
    return work;
}

double Bound::price_tenant(std::size_t tenant, Multipliers& at) {
    const TenantTerms& terms = question_.tenants[tenant];
    TenantPricing& pricing = tenants_[tenant];
    for (std::size_t cell = question_.at(tenant, 0); cell < question_.at(tenant + 1, 0); ++cell) {
        at.instance[cell] = std::round(std::clamp(at.instance[cell], 0.0, most_[cell]));
        prices_.instance[cell] = at.instance[cell];
    }
    at.floor[tenant] =
        terms.floor > 0 ? std::round(std::clamp(at.floor[tenant], 0.0, kFloorPriceMax)) : 0;
    pricing.price(prices_.instance.data() + question_.at(tenant, 0), at.floor[tenant]);
    const double none = pricing.worth(question_.running_step(tenant));
    double& extra = at.extra[tenant];
    extra = terms.choices.empty() ? 0 : std::max(0.0, std::round(extra));
    const double profit = none + extra;
    for (std::size_t c = 0; c < terms.choices.size(); ++c) {
        const Choice& choice = terms.choices[c];
        for (std::size_t from = 0; from < question_.slots; ++from) {
            double& pay = prices_.hosting[tenant][c * question_.slots + from];
            pay = 0;
            if (from + choice.slots > question_.slots) continue;
            const double worth = pricing.worth({from + choice.slots, choice.accuracy});
            pay = std::max(0.0, worth - profit);
        }
    }
    return profit - std::floor(at.floor[tenant] * terms.floor / question_.grid);
}

void Bound::add_schedule(const std::vector<Held>& schedule, double count, Round& round) {
    for (const Held& held : schedule) {
        double* provided = round.slope.instance.data() + question_.at(held.tenant, held.type);
        for (std::size_t t = held.ready; t < held.until; ++t) provided[t] += count;
        if (!held.choice) continue;
        const Choice& choice = question_.tenants[held.tenant].choices[*held.choice];
        hosted_[held.tenant].push_back({{held.until, choice.accuracy}, count});
    }
}

// What is not hosted is done without retraining.
void Bound::add_demands(Round& round) {
    for (std::size_t i = 0; i < tenants_.size(); ++i) {
        double hosts = 0;
        for (const Hosted& hosted : hosted_[i]) hosts += hosted.count;
        double* demand = round.slope.instance.data() + question_.at(i, 0);
        double served = 0;
        served -= tenants_[i].add_demand(question_.running_step(i), hosts - 1, demand);
        for (const Hosted& hosted : hosted_[i]) {
            served -= tenants_[i].add_demand(hosted.step, -hosted.count, demand);
        }
        round.slope.extra[i] = 1 - hosts;
        round.slope.floor[i] = served - question_.tenants[i].floor;
        hosted_[i].clear();
    }
}

Round Bound::evaluate(Multipliers& at) {
    const std::size_t tenants = tenants_.size();
    Round round{.slope = {.instance = std::vector<double>(question_.cells()),
                          .extra = std::vector<double>(tenants),
                          .floor = std::vector<double>(tenants)},
                .schedules = {}};
    for (std::size_t i = 0; i < tenants; ++i) round.bound += price_tenant(i, at);
    for (GpuPricing& pricing : pricings_) pricing.price(prices_);
    for (const Site& site : question_.sites) {
        const auto known = std::ranges::find(relaxed_, site.relaxed);
        GpuPricing& pricing = pricings_[static_cast<std::size_t>(known - relaxed_.begin())];
        const auto count = static_cast<double>(site.gpus.size());
        round.bound += count * pricing.best(site.starts.front());
        round.schedules.push_back(pricing.schedule(site.starts.front()));
        add_schedule(round.schedules.back(), count, round);
    }
    add_demands(round);
    return round;
}

}  // namespace tangram::window::priced
