#include "planner/compact/dual_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "planner/compact/formulation.h"
#include "planner/cover.h"

namespace tangram::planner::compact {
namespace {

__extension__ using Wide = __int128;

constexpr double kPricePerUnit = static_cast<double>(kPricePerCost * kCostPerUnit);
constexpr double kLargestPrice = 9e15;  // whole in a double

std::int64_t whole(double cost_units) {
    const double price = cost_units * kPricePerUnit;
    return std::isfinite(price) ? std::llround(std::clamp(price, 0.0, kLargestPrice)) : 0;
}

Wide ceil_div(Wide a, Wide b) { return a / b + (a % b > 0 ? 1 : 0); }

// What partition m may cost, and what its instances cost together.
Wide allowed(const PlanningModel& model, const Prices& prices, const PartitionChoice& partition) {
    const bool capped = model.entries[partition.entry].cap.has_value();
    return static_cast<Wide>(partition.cost.count()) * kPricePerCost +
           (capped ? prices.rents[partition.entry].count() : 0);
}

Wide charged(const Prices& prices, const PartitionChoice& partition) {
    Wide sum = 0;
    for (const InstanceTypeId k : prices.types.ids()) {
        sum += static_cast<Wide>(partition.counts[k.index()]) * prices.types[k].count();
    }
    return sum;
}

void scale_down(const PlanningModel& model, Prices& prices) {
    for (const PartitionChoice& partition : model.partitions) {
        const Wide sum = charged(prices, partition);
        const Wide limit = allowed(model, prices, partition);
        if (sum <= limit) continue;
        for (const InstanceTypeId k : prices.types.ids()) {
            if (partition.counts[k.index()] == 0) continue;
            const Wide scaled = prices.types[k].count() * limit / sum;
            prices.types[k] = Price{static_cast<std::int64_t>(scaled)};
        }
    }
}

void raise(const PlanningModel& model, Prices& prices) {
    for (const InstanceTypeId k : prices.types.ids()) {
        Wide room = std::numeric_limits<std::int64_t>::max();
        bool bounded = false;
        for (const PartitionChoice& partition : model.partitions) {
            const int count = partition.counts[k.index()];
            if (count == 0) continue;
            bounded = true;
            const Wide slack = allowed(model, prices, partition) - charged(prices, partition);
            room = std::min(room, slack / count);
        }
        if (bounded) prices.types[k] += Price{static_cast<std::int64_t>(room)};
    }
}

// P_s at replica price u.
Wide payment(const PlanningModel& model, const Prices& prices, ServiceId s, std::int64_t u) {
    const Demand& demand = model.demands[s];
    bool first = true;
    Wide least = 0;
    for (const Option& option : model.options_of(s)) {
        const Wide price =
            static_cast<Wide>(demand.required.count()) * (prices.types[option.type].count() - u);
        const Wide rounded = ceil_div(price, useful_throughput(option, demand));
        least = first ? rounded : std::min(least, rounded);
        first = false;
    }
    return least + static_cast<Wide>(demand.min_replicas) * u;
}

// Where the ratios of two options are equal, rounded down.
std::vector<std::int64_t> crossings(const PlanningModel& model, const Prices& prices, ServiceId s) {
    std::vector<std::int64_t> found;
    const Demand& demand = model.demands[s];
    const auto options = model.options_of(s);
    for (const Option& a : options) {
        for (const Option& b : options) {
            const std::int64_t fast = useful_throughput(a, demand);
            const std::int64_t slow = useful_throughput(b, demand);
            if (fast <= slow) continue;
            const Wide crossed = (static_cast<Wide>(prices.types[b.type].count()) * fast -
                                  static_cast<Wide>(prices.types[a.type].count()) * slow) /
                                 (fast - slow);
            if (crossed > 0 && crossed < std::numeric_limits<std::int64_t>::max()) {
                found.push_back(static_cast<std::int64_t>(crossed));
            }
        }
    }
    return found;
}

Wide best_payment(const PlanningModel& model, const Prices& prices, ServiceId s) {
    if (model.demands[s].option_count == 0) return 0;
    Wide best = payment(model, prices, s, 0);
    if (model.demands[s].min_replicas == 0) return best;
    std::int64_t cheapest = std::numeric_limits<std::int64_t>::max();
    for (const Option& option : model.options_of(s)) {
        cheapest = std::min(cheapest, prices.types[option.type].count());
    }
    best = std::max(best, payment(model, prices, s, cheapest));
    for (const std::int64_t u : crossings(model, prices, s)) {
        if (u < cheapest) best = std::max(best, payment(model, prices, s, u));
    }
    return best;
}

Cost clamped(Wide cost) {
    constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
    return Cost{static_cast<std::int64_t>(std::min(cost, kMost))};
}

}  // namespace

Prices feasible_prices(const PlanningModel& model, const RealPrices& real) {
    Prices prices;
    for (const double price : real.types) prices.types.push_back(Price{whole(price)});
    for (const double rent : real.rents) prices.rents.push_back(Price{whole(rent)});
    scale_down(model, prices);
    raise(model, prices);
    return prices;
}

Cost dual_bound(const PlanningModel& model, const Prices& prices) {
    Wide total = 0;
    for (const ServiceId s : model.demands.ids()) total += best_payment(model, prices, s);
    for (const FleetEntryId e : model.entries.ids()) {
        if (const auto cap = model.entries[e].cap) {
            total -= static_cast<Wide>(*cap) * prices.rents[e].count();
        }
    }
    const Wide step = cost_step(model).count();
    return clamped(ceil_div(ceil_div(std::max<Wide>(total, 0), kPricePerCost), step) * step);
}

Cost cost_ceiling(const PlanningModel& model) {
    Wide instances = 0;
    for (const ServiceId s : model.demands.ids()) {
        Wide most = 0;
        for (const Option& option : model.options_of(s)) {
            const Wide enough = ceil_div(capacity_at_most(model.demands[s], model.options_of(s)),
                                         option.throughput.count());
            most = std::max({most, enough, static_cast<Wide>(model.demands[s].min_replicas)});
        }
        instances += most;
    }
    IdVector<FleetEntryId, std::int64_t> gpu_cost(model.entries.size(), 0);
    for (const PartitionChoice& partition : model.partitions) {
        gpu_cost[partition.entry] = partition.cost.count();
    }
    Wide ceiling = 0;
    Wide dearest_unlimited = 0;
    for (const FleetEntryId e : model.entries.ids()) {
        const auto cap = model.entries[e].cap;
        if (cap) ceiling += static_cast<Wide>(*cap) * gpu_cost[e];
        if (!cap) dearest_unlimited = std::max<Wide>(dearest_unlimited, gpu_cost[e]);
    }
    return clamped(ceiling + instances * dearest_unlimited);
}

}  // namespace tangram::planner::compact
