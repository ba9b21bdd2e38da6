#include "planner/place/losses.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"

namespace tangram::planner::place {
namespace {

__extension__ using Wide = __int128;

Wide capacity_of(const PlanningModel& model, const CountPlan& plan, ServiceId service) {
    Wide capacity = 0;
    for (const Use& use : plan.uses_of(service)) {
        capacity += Wide{throughput_of(model, service, use.type)} * use.count;
    }
    return capacity;
}

// The most one GPU of the plan can hold of the service.
std::int64_t most_on_one(const PlanningModel& model, const CountPlan& plan, ServiceId service) {
    std::int64_t most = 0;
    for (const PartitionId m : model.partitions.ids()) {
        if (plan.partitions[m] == 0) continue;
        std::int64_t here = 0;
        for (const Use& use : plan.uses_of(service)) {
            const auto slots = std::int64_t{model.partitions[m].counts[use.type.index()]};
            here += throughput_of(model, service, use.type) * std::min(slots, use.count);
        }
        most = std::max(most, here);
    }
    return most;
}

std::int64_t limit(Wide capacity, Rate left, Wide most) {
    const Wide allowed = capacity - left.count();
    if (left.count() == 0 || allowed >= most || allowed >= kNoLimit) return kNoLimit;
    return static_cast<std::int64_t>(allowed);
}

// What one service has where.
struct Holding {
    std::map<std::uint32_t, Wide> on_gpu, on_node;
    std::int64_t pins = 0;
};

bool holds(const PlanningModel& model, const CountPlan& plan, ServiceId service,
           const Holding& holding, std::int64_t in_node) {
    const Demand& demand = model.demands[service];
    if (needs_spread(demand)) {
        const bool by_node = demand.spread == workload::Spread::kNode;
        const std::size_t places = by_node ? holding.on_node.size() : holding.on_gpu.size();
        if (static_cast<std::int64_t>(places) < demand.min_replicas) return false;
    }
    const LossLimits limits = loss_limits(model, plan, service, in_node);
    if (!limits.any()) return true;
    std::int64_t instances = 0;
    for (const Use& use : plan.uses_of(service)) instances += use.count;
    const auto within = [](const auto& loads, std::int64_t most) {
        return std::ranges::all_of(loads, [&](const auto& load) { return load.second <= most; });
    };
    return holding.pins == instances && within(holding.on_gpu, limits.gpu) &&
           within(holding.on_node, limits.node);
}

}  // namespace

std::int64_t throughput_of(const PlanningModel& model, ServiceId service, InstanceTypeId type) {
    for (const Option& option : model.options_of(service)) {
        if (option.type == type) return option.throughput.count();
    }
    CHECK(false, "an instance of a type the service cannot use");
    return 0;
}

LossLimits loss_limits(const PlanningModel& model, const CountPlan& plan, ServiceId service,
                       std::int64_t most_in_node) {
    const Demand& demand = model.demands[service];
    if (!survives_losses(demand)) return {};
    const Wide capacity = capacity_of(model, plan, service);
    const Wide most = most_on_one(model, plan, service);
    return {
        limit(capacity, demand.after_gpu_loss, most),
        limit(capacity, demand.after_node_loss, most * std::max<std::int64_t>(most_in_node, 1))};
}

std::int64_t most_in_node(const std::vector<GroundGpu>& gpus) {
    std::vector<std::int64_t> in_node;
    std::int64_t most = 0;
    for (const GroundGpu& gpu : gpus) {
        if (gpu.node == kNoNode) continue;
        if (gpu.node >= in_node.size()) in_node.resize(gpu.node + std::size_t{1}, 0);
        most = std::max(most, ++in_node[gpu.node]);
    }
    return most;
}

std::int64_t places_needed(const PlanningModel& model, const CountPlan& plan, ServiceId service,
                           const LossLimits& limits) {
    const Demand& demand = model.demands[service];
    Wide places = needs_spread(demand) ? demand.min_replicas : 1;
    const Wide capacity = capacity_of(model, plan, service);
    for (const std::int64_t most : {limits.gpu, limits.node}) {
        if (most == kNoLimit) continue;
        CHECK(most > 0, "the largest instance cannot be lost");
        places = std::max(places, (capacity + most - 1) / most);
    }
    return static_cast<std::int64_t>(places);
}

bool apart_as_asked(const PlanningModel& model, const CountPlan& plan,
                    const std::vector<GroundGpu>& gpus, const std::vector<Pin>& pins) {
    IdVector<ServiceId, Holding> holdings(model.demands.size());
    std::map<std::pair<std::uint32_t, InstanceTypeId>, int> taken;
    for (const Pin& pin : pins) {
        const GroundGpu& gpu = gpus[pin.gpu];
        const int here = ++taken[{pin.gpu, pin.type}];
        if (here > model.partitions[gpu.partition].counts[pin.type.index()]) return false;
        Holding& holding = holdings[pin.service];
        const std::int64_t throughput = throughput_of(model, pin.service, pin.type);
        ++holding.pins;
        holding.on_gpu[pin.gpu] += throughput;
        if (gpu.node != kNoNode) holding.on_node[gpu.node] += throughput;
    }
    const std::int64_t in_node = most_in_node(gpus);
    return std::ranges::all_of(model.demands.ids(), [&](ServiceId service) {
        return !needs_pins(model.demands[service]) ||
               holds(model, plan, service, holdings[service], in_node);
    });
}

}  // namespace tangram::planner::place
