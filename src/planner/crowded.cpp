#include "planner/crowded.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "planner/apart_needs.h"

namespace tangram::planner {
namespace {

// The least whole c with c - c / places >= left.
Rate capacity_on(std::int64_t places, Rate left) {
    __extension__ using Wide = __int128;
    const Wide others = std::max<std::int64_t>(places, 2) - 1;
    return Rate{
        static_cast<std::int64_t>((Wide{left.count()} * (others + 1) + others - 1) / others)};
}

}  // namespace

std::optional<std::int64_t> gpus_within(const PlanningModel& model, Cost cost) {
    constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
    IdVector<FleetEntryId, std::optional<Cost>> cost_of_one(model.entries.size());
    for (const PartitionChoice& partition : model.partitions) {
        cost_of_one[partition.entry] = partition.cost;
    }
    std::vector<std::pair<std::int64_t, std::int64_t>> offers;  // cost, GPUs
    for (const FleetEntryId entry : model.entries.ids()) {
        if (!cost_of_one[entry]) continue;
        offers.emplace_back(cost_of_one[entry]->count(),
                            model.entries[entry].cap.value_or(kUnlimited));
    }
    std::ranges::sort(offers);  // the cheapest first are the most
    std::int64_t gpus = 0;
    std::int64_t left = cost.count();
    for (const auto& [each, count] : offers) {
        const std::int64_t bought = each == 0 ? count : std::min(count, left / each);
        if (bought == kUnlimited) return std::nullopt;
        gpus += bought;
        left -= bought * each;
    }
    return gpus;
}

PlanningModel crowded(const PlanningModel& model, std::int64_t gpus) {
    PlanningModel out = model;
    for (const ServiceId service : model.demands.ids()) {
        Demand& demand = out.demands[service];
        for (const bool nodes : {false, true}) {
            const Rate left = nodes ? demand.after_node_loss : demand.after_gpu_loss;
            if (left.count() == 0) continue;
            const std::int64_t places =
                std::min(gpus, places_for(model, service, nodes).value_or(gpus));
            demand.required = std::max(demand.required, capacity_on(places, left));
        }
    }
    return out;
}

}  // namespace tangram::planner
