#include "planner/price/pricing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"

namespace tangram::planner::price {
namespace {

// Raises each price as far as all partitions with that type allow, in index order.
void lift(const PlanningModel& model, PriceVector& prices) {
    std::vector<std::int64_t> room(model.partitions.size());
    for (const PartitionId m : model.partitions.ids()) room[m.index()] = slack(model, prices, m);
    for (const InstanceTypeId k : model.types.ids()) {
        std::int64_t raise = std::numeric_limits<std::int64_t>::max();
        for (const PartitionId m : model.partitions.ids()) {
            const int count = model.partitions[m].counts[k.index()];
            if (count > 0) raise = std::min(raise, room[m.index()] / count);
        }
        if (raise <= 0 || raise == std::numeric_limits<std::int64_t>::max()) continue;
        prices.types[k.index()] += raise;
        for (const PartitionId m : model.partitions.ids()) {
            room[m.index()] -= raise * model.partitions[m].counts[k.index()];
        }
    }
}

}  // namespace

std::int64_t slack(const PlanningModel& model, const PriceVector& prices, PartitionId partition) {
    const PartitionChoice& choice = model.partitions[partition];
    std::int64_t room = prices.gpus[choice.entry.index()];
    const std::vector<int>& counts = choice.counts;
    for (std::size_t k = 0; k < counts.size(); ++k) room -= counts[k] * prices.types[k];
    return room;
}

bool feasible(const PlanningModel& model, const PriceVector& prices) {
    return std::ranges::all_of(model.partitions.ids(),
                               [&](PartitionId m) { return slack(model, prices, m) >= 0; });
}

std::int64_t worth(const PriceVector& prices, const GpuMix& mix) {
    std::int64_t sum = 0;
    for (const FleetEntryId e : mix.ids()) sum += prices.gpus[e.index()] * mix[e];
    return sum;
}

PriceVector snap(const PlanningModel& model, const std::vector<double>& types,
                 std::vector<std::int64_t> gpus, double scale) {
    PriceVector snapped;
    snapped.gpus = std::move(gpus);
    for (const double price : types) {
        snapped.types.push_back(std::max<std::int64_t>(0, std::llround(price * scale)));
    }
    double shrink = 1.0;
    for (const PartitionId m : model.partitions.ids()) {
        const std::int64_t allowed = snapped.gpus[model.partitions[m].entry.index()];
        const std::int64_t asked = allowed - slack(model, snapped, m);
        if (asked > allowed) {
            shrink = std::min(shrink, static_cast<double>(allowed) / static_cast<double>(asked));
        }
    }
    if (shrink < 1.0) {
        for (std::int64_t& price : snapped.types) {
            price = static_cast<std::int64_t>(
                std::floor(static_cast<double>(price) * shrink * (1.0 - 1e-15)));
        }
    }
    // Rounding of the product can leave one unit too much; take it back where it does.
    while (!feasible(model, snapped)) {
        for (std::int64_t& price : snapped.types) price = std::max<std::int64_t>(0, price - 1);
    }
    lift(model, snapped);
    return snapped;
}

std::vector<ServiceId> all_demands(const PlanningModel& model) {
    std::vector<ServiceId> demands;
    demands.reserve(model.demands.size());
    for (const ServiceId s : model.demands.ids()) demands.push_back(s);
    return demands;
}

Evaluation evaluate(const PlanningModel& model, std::span<const ServiceId> demands,
                    PriceVector prices, std::vector<std::int32_t> start,
                    const EvaluationOptions& options) {
    struct Part {
        std::int64_t covers = 0;
        std::uint64_t nodes = 0;
        std::vector<std::int64_t> totals;
    };
    constexpr std::size_t kChunk = 2'048;
    Evaluation result;
    result.counts = std::move(start);
    result.counts.resize(model.options.size(), -1);  // -1: no cover to start from
    std::vector<Part> parts((demands.size() + kChunk - 1) / kChunk);
    // Below a few chunks a thread costs more than it gives.
    const int threads = demands.size() < 3 * kChunk ? 1 : options.threads;
    std::vector<CoverSearch> searches(static_cast<std::size_t>(std::max(threads, 1)));
    parallel_chunks(
        demands.size(), kChunk, threads, [&](std::size_t begin, std::size_t end, int worker) {
            Part& part = parts[begin / kChunk];
            part.totals.assign(model.types.size(), 0);
            CoverSearch& search = searches[static_cast<std::size_t>(worker)];
            for (std::size_t i = begin; i < end; ++i) {
                const Demand& demand = model.demands[demands[i]];
                const auto choices = model.options_of(demands[i]);
                const std::span<std::int32_t> counts{result.counts.data() + demand.first_option,
                                                     demand.option_count};
                const CheapestCover cover =
                    search.find(prices.types, demand, choices, counts, options.nodes_per_demand);
                part.covers += cover.bound;
                part.nodes += cover.nodes;
                for (std::size_t o = 0; o < choices.size(); ++o) {
                    part.totals[choices[o].type.index()] += counts[o];
                }
            }
        });
    result.totals.assign(model.types.size(), 0);
    for (const Part& part : parts) {
        result.covers += part.covers;
        result.nodes += part.nodes;
        for (std::size_t k = 0; k < result.totals.size(); ++k) {
            result.totals[k] += part.totals[k];
        }
    }
    result.prices = std::move(prices);
    return result;
}

}  // namespace tangram::planner::price
