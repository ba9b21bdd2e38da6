#include "planner/explain/gpu_worth.h"

#include <algorithm>

namespace tangram::planner::explain {
namespace {

__extension__ using Wide = __int128;

// A price per capacity.
struct Ratio {
    std::int64_t price = 0;
    std::int64_t throughput = 1;
};

// The cheapest capacity of a service on GPUs other than `entry`.
std::optional<Ratio> cheapest_elsewhere(const PlanningModel& model, const Prices& prices,
                                        ServiceId service, FleetEntryId entry) {
    std::optional<Ratio> best;
    for (const Option& option : model.options_of(service)) {
        if (model.types[option.type].entry == entry) continue;
        const Ratio ratio{prices.types[option.type].count(), option.throughput.count()};
        if (!best || Wide{ratio.price} * best->throughput < Wide{best->price} * ratio.throughput) {
            best = ratio;
        }
    }
    return best;
}

}  // namespace

std::vector<GpuWorth> gpu_worths(const PlanningModel& model, const Prices& prices,
                                 const IdVector<FleetEntryId, std::int64_t>& gpus) {
    std::vector<GpuWorth> worths;
    for (const FleetEntryId entry : model.entries.ids()) {
        GpuWorth worth;
        worth.entry = entry;
        worth.cost = model.problem->fleet[entry].cost;
        worth.rent = entry.index() < prices.rents.size() ? prices.rents[entry] : Price{};
        worth.gpus = gpus[entry];
        IdVector<InstanceTypeId, std::int64_t> saved(model.types.size(), 0);
        bool shared = false;
        for (const ServiceId service : model.demands.ids()) {
            const auto elsewhere = cheapest_elsewhere(model, prices, service, entry);
            bool here = false;
            for (const Option& option : model.options_of(service)) {
                if (model.types[option.type].entry != entry) continue;
                here = true;
                if (!elsewhere) continue;
                const Wide value =
                    Wide{option.throughput.count()} * elsewhere->price / elsewhere->throughput;
                saved[option.type] = std::max(saved[option.type], static_cast<std::int64_t>(value));
            }
            shared = shared || (here && elsewhere);
            worth.only_here += here && !elsewhere ? 1 : 0;
        }
        if (shared) worth.break_even = Price{};
        for (const PartitionChoice& partition : model.partitions) {
            if (partition.entry != entry || !shared) continue;
            Price sum;
            for (const InstanceTypeId type : model.types.ids()) {
                sum += Price{saved[type]} * partition.counts[type.index()];
            }
            worth.break_even = std::max(*worth.break_even, sum);
        }
        worths.push_back(worth);
    }
    return worths;
}

}  // namespace tangram::planner::explain
