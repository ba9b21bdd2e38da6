#include "planner/close/holdings.h"

#include <algorithm>
#include <string_view>

#include "planner/place/ground.h"

namespace tangram::planner::close {
namespace {

std::int64_t largest_instance(const PlanningModel& model, ServiceId service) {
    std::int64_t largest = 1;
    for (const Option& option : model.options_of(service)) {
        largest = std::max(largest, option.throughput.count());
    }
    return largest;
}

}  // namespace

Holdings::Holdings(const PlanningModel& model, const Placed& placed)
    : model_(model), services_(model.demands.size()) {
    std::map<std::string_view, std::size_t> nodes;
    for (const PlacedGpu& gpu : placed) {
        node_of_.push_back(nodes.try_emplace(gpu.node, nodes.size()).first->second);
    }
    for (std::size_t g = 0; g < placed.size(); ++g) {
        for (const PlacedInstance& one : placed[g].instances) {
            if (!one.service.valid() || !place::needs_pins(model.demands[one.service])) continue;
            const std::size_t option = option_at(model, placed[g].entry, one);
            add(one.service, g, model.options[option].throughput.count());
        }
    }
}

void Holdings::add(ServiceId service, std::size_t gpu, std::int64_t throughput) {
    change(service, gpu, throughput, 1);
}

void Holdings::remove(ServiceId service, std::size_t gpu, std::int64_t throughput) {
    change(service, gpu, -throughput, -1);
}

void Holdings::change(ServiceId service, std::size_t gpu, std::int64_t throughput, int instances) {
    Service& held = services_[service];
    held.capacity += throughput;
    const auto at = [&](Places& places, std::size_t place) {
        Held& here = places[place];
        here.capacity += throughput;
        here.instances += instances;
        if (here.instances == 0) places.erase(place);
    };
    at(held.gpus, gpu);
    at(held.nodes, node_of_[gpu]);
}

std::int64_t Holdings::lacks(ServiceId service) const {
    const Demand& demand = model_.demands[service];
    const Service& held = services_[service];
    std::int64_t sum = 0;
    const auto beyond = [&](const Places& places, Rate left) {
        if (left.count() == 0) return;
        // Nothing is lost with nobody there.
        sum += std::max<std::int64_t>(0, left.count() - held.capacity);
        for (const auto& [place, here] : places) {
            const std::int64_t may = std::max<std::int64_t>(0, held.capacity - left.count());
            sum += std::max<std::int64_t>(0, here.capacity - may);
        }
    };
    beyond(held.gpus, demand.after_gpu_loss);
    beyond(held.nodes, demand.after_node_loss);
    if (place::needs_spread(demand)) {
        const bool by_node = demand.spread == workload::Spread::kNode;
        const std::int64_t places = std::ssize(by_node ? held.nodes : held.gpus);
        const std::int64_t missing = demand.min_replicas - places;
        sum += std::max<std::int64_t>(0, missing) * largest_instance(model_, service);
    }
    return sum;
}

std::pair<std::int64_t, std::int64_t> Holdings::load(ServiceId service, std::size_t gpu) const {
    const Service& held = services_[service];
    const auto on = [](const Places& places, std::size_t place) {
        const auto here = places.find(place);
        return here == places.end() ? 0 : here->second.capacity;
    };
    const bool nodes = model_.demands[service].after_node_loss.count() > 0;
    return {nodes ? on(held.nodes, node_of_[gpu]) : 0, on(held.gpus, gpu)};
}

bool Holdings::crowded(ServiceId service, std::size_t gpu) const {
    const Demand& demand = model_.demands[service];
    const Service& held = services_[service];
    const auto beyond = [&](const Places& places, std::size_t place, Rate left) {
        const auto here = places.find(place);
        return left.count() > 0 && here != places.end() &&
               here->second.capacity > held.capacity - left.count();
    };
    const auto doubled = [&](const Places& places, std::size_t place) {
        const auto here = places.find(place);
        return here != places.end() && here->second.instances > 1;
    };
    if (beyond(held.gpus, gpu, demand.after_gpu_loss)) return true;
    if (beyond(held.nodes, node_of_[gpu], demand.after_node_loss)) return true;
    if (!place::needs_spread(demand)) return false;
    return demand.spread == workload::Spread::kNode ? doubled(held.nodes, node_of_[gpu])
                                                    : doubled(held.gpus, gpu);
}

bool apart_as_asked(const PlanningModel& model, const Placed& placed) {
    const Holdings holdings(model, placed);
    return std::ranges::all_of(model.demands.ids(),
                               [&](ServiceId s) { return holdings.lacks(s) == 0; });
}

}  // namespace tangram::planner::close
