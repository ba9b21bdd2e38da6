#include "planner/place/fill.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::planner::place {
namespace {

using TypesOfPartition = IdVector<PartitionId, std::vector<InstanceTypeId>>;

TypesOfPartition all_slot_types(const PlanningModel& model) {
    TypesOfPartition types;
    for (const PartitionChoice& partition : model.partitions) {
        types.push_back(slot_types(model, partition));
    }
    return types;
}

void take_pins(const TypesOfPartition& types, const std::vector<GroundGpu>& gpus,
               const std::vector<Pin>& pins, Filled& filled) {
    for (const Pin& pin : pins) {
        const auto& slots = types[gpus[pin.gpu].partition];
        std::size_t slot = 0;
        const std::uint32_t first = filled.first_slot[pin.gpu];
        while (slot < slots.size() &&
               (slots[slot] != pin.type || filled.service_at[first + slot].valid())) {
            ++slot;
        }
        CHECK(slot < slots.size(), "a pin without an instance");
        filled.service_at[first + slot] = pin.service;
    }
}

// Services by the memory slices they occupy, largest first.
std::vector<ServiceId> by_size(const PlanningModel& model, const CountPlan& plan) {
    std::vector<std::int64_t> size_of_type;
    for (const InstanceType& type : model.types) {
        size_of_type.push_back(model.problem->gpu_model(type.entry).profiles[type.profile].size);
    }
    std::vector<std::pair<std::int64_t, ServiceId>> keys;
    keys.reserve(model.demands.size());
    for (const ServiceId service : model.demands.ids()) {
        std::int64_t size = 0;
        for (const Use& use : plan.uses_of(service)) {
            size += use.count * size_of_type[use.type.index()];
        }
        keys.emplace_back(-size, service);
    }
    std::ranges::sort(keys);
    std::vector<ServiceId> order;
    order.reserve(keys.size());
    for (const auto& [size, service] : keys) order.push_back(service);
    return order;
}

// Free slots of each type in the order of the GPUs.
std::vector<std::vector<std::uint32_t>> free_slots(const PlanningModel& model,
                                                   const TypesOfPartition& types,
                                                   const std::vector<GroundGpu>& gpus,
                                                   const Filled& filled) {
    std::vector<std::vector<std::uint32_t>> free(model.types.size());
    for (std::size_t gpu = 0; gpu < gpus.size(); ++gpu) {
        const auto& slots = types[gpus[gpu].partition];
        for (std::size_t slot = 0; slot < slots.size(); ++slot) {
            const auto at = static_cast<std::uint32_t>(filled.first_slot[gpu] + slot);
            if (!filled.service_at[at].valid()) free[slots[slot].index()].push_back(at);
        }
    }
    return free;
}

void seat_the_rest(const PlanningModel& model, const CountPlan& plan, const std::vector<Pin>& pins,
                   const std::vector<std::vector<std::uint32_t>>& free, Filled& filled) {
    std::vector<std::int64_t> left;  // per use
    left.reserve(plan.uses.size());
    for (const Use& use : plan.uses) left.push_back(use.count);
    for (const Pin& pin : pins) {
        const auto uses = plan.uses_of(pin.service);
        const auto use = std::ranges::find(uses, pin.type, &Use::type);
        CHECK(use != uses.end(), "a pin of a type the service does not use");
        --left[static_cast<std::size_t>(&*use - plan.uses.data())];
    }
    std::vector<std::size_t> next(free.size(), 0);
    for (const ServiceId service : by_size(model, plan)) {
        for (std::size_t u = plan.first_use[service.index()];
             u < plan.first_use[service.index() + 1]; ++u) {
            const std::size_t type = plan.uses[u].type.index();
            const auto count = static_cast<std::size_t>(left[u]);
            CHECK(next[type] + count <= free[type].size(), "more instances used than supplied");
            for (std::size_t i = 0; i < count; ++i) {
                filled.service_at[free[type][next[type]++]] = service;
            }
        }
    }
}

// Equal contents come out equal: the instances of one type are in order of service.
void sort_within_gpus(const TypesOfPartition& types, const std::vector<GroundGpu>& gpus,
                      Filled& filled) {
    for (std::size_t gpu = 0; gpu < gpus.size(); ++gpu) {
        const auto& slots = types[gpus[gpu].partition];
        ServiceId* service = filled.service_at.data() + filled.first_slot[gpu];
        for (std::size_t a = 0; a < slots.size(); ++a) {
            for (std::size_t b = a + 1; b < slots.size(); ++b) {
                if (slots[a] == slots[b] && service[b] < service[a]) {
                    std::swap(service[a], service[b]);
                }
            }
        }
    }
}

}  // namespace

std::vector<InstanceTypeId> slot_types(const PlanningModel& model,
                                       const PartitionChoice& partition) {
    std::vector<InstanceTypeId> types;
    for (const gpu::Placement& placement : partition.layout.placements()) {
        for (const InstanceTypeId type : model.types.ids()) {
            if (model.types[type].entry == partition.entry &&
                model.types[type].profile == placement.profile) {
                types.push_back(type);
            }
        }
    }
    CHECK(types.size() == partition.layout.placements().size(),
          "a placement whose profile is no instance type");
    return types;
}

Filled fill(const PlanningModel& model, const CountPlan& plan, const std::vector<GroundGpu>& gpus,
            const std::vector<Pin>& pins) {
    const TypesOfPartition types = all_slot_types(model);
    Filled filled;
    filled.first_slot.reserve(gpus.size() + 1);
    filled.first_slot.push_back(0);
    for (const GroundGpu& gpu : gpus) {
        filled.first_slot.push_back(filled.first_slot.back() +
                                    static_cast<std::uint32_t>(types[gpu.partition].size()));
    }
    filled.service_at.assign(filled.first_slot.back(), ServiceId{});
    take_pins(types, gpus, pins, filled);
    const auto free = free_slots(model, types, gpus, filled);
    seat_the_rest(model, plan, pins, free, filled);
    sort_within_gpus(types, gpus, filled);
    return filled;
}

}  // namespace tangram::planner::place
