#include "planner/close/placed.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "planner/deployed_names.h"

namespace tangram::planner::close {
namespace {

InstanceTypeId type_of(const PlanningModel& model, FleetEntryId entry, gpu::ProfileId profile) {
    for (const InstanceTypeId type : model.types.ids()) {
        if (model.types[type].entry == entry && model.types[type].profile == profile) return type;
    }
    return {};
}

class Writer {
public:
    explicit Writer(const PlanningModel& model)
        : model_(model), points_(model, target_), models_(model) {}

    deployment::Deployment write(const Placed& placed) {
        for (const workload::Service& service : model_.problem->services) {
            target_.services.push_back({service.name, service.rate});
        }
        std::vector<bool> used(model_.types.size(), false);
        for (const PlacedGpu& gpu : placed) {
            for (const PlacedInstance& one : gpu.instances) {
                if (!listed(one)) continue;
                used[type_of(model_, gpu.entry, one.placement.profile).index()] = true;
            }
        }
        models_.build(used, target_);
        Cost cost;
        for (const PlacedGpu& gpu : placed) {
            add(gpu);
            cost += model_.problem->fleet[gpu.entry].cost;
        }
        target_.claimed_gpus = std::ssize(placed);
        target_.claimed_cost = cost;
        return std::move(target_);
    }

private:
    // Idle instances are not created; those of frozen GPUs are there already.
    static bool listed(const PlacedInstance& one) { return one.service.valid() || one.stays; }

    void add(const PlacedGpu& placed) {
        deployment::DeployedGpu gpu;
        gpu.id = placed.id;
        gpu.node = placed.node;
        gpu.model = models_.gpu_model(placed.entry);
        for (const PlacedInstance& one : placed.instances) {
            if (!listed(one)) continue;
            const InstanceTypeId type = type_of(model_, placed.entry, one.placement.profile);
            deployment::Instance instance;
            instance.profile = models_.profile(type);
            instance.start = one.placement.start;
            instance.phase = deployment::Phase::kIdle;
            if (one.service.valid()) {
                instance.service = deployment::ServiceNameId{one.service.index()};
                instance.point = points_.of(one.service, type);
                instance.phase = deployment::Phase::kServing;
            }
            gpu.instances.push_back(instance);
        }
        target_.gpus.push_back(std::move(gpu));
    }

    const PlanningModel& model_;
    deployment::Deployment target_;
    RunPoints points_;
    DeployedModels models_;
};

}  // namespace

std::size_t option_at(const PlanningModel& model, FleetEntryId entry,
                      const PlacedInstance& instance) {
    const Option* option =
        option_on(model, instance.service, type_of(model, entry, instance.placement.profile));
    CHECK(option != nullptr, "an instance the service cannot use");
    return static_cast<std::size_t>(option - model.options.data());
}

std::int64_t restart_of(const PlanningModel& model, const std::vector<std::int64_t>& weights,
                        const Placed& placed) {
    std::int64_t sum = 0;
    for (const PlacedGpu& gpu : placed) {
        for (const PlacedInstance& one : gpu.instances) {
            if (one.service.valid() && !one.stays) sum += weights[option_at(model, gpu.entry, one)];
        }
    }
    return sum;
}

CountPlan counts_of(const PlanningModel& model, const Placed& placed) {
    CountPlan plan;
    plan.partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0);
    std::vector<std::int64_t> instances(model.options.size(), 0);
    for (const PlacedGpu& gpu : placed) {
        std::vector<int> counts(model.types.size(), 0);
        for (const PlacedInstance& one : gpu.instances) {
            ++counts[type_of(model, gpu.entry, one.placement.profile).index()];
            if (one.service.valid()) ++instances[option_at(model, gpu.entry, one)];
        }
        // A layout with fewer instances than a partition stands for that partition.
        const auto holds = [&](PartitionId m) {
            const PartitionChoice& partition = model.partitions[m];
            return partition.entry == gpu.entry &&
                   std::ranges::equal(counts, partition.counts, std::ranges::less_equal{});
        };
        const auto ids = model.partitions.ids();
        const auto partition = std::ranges::find_if(ids, holds);
        CHECK(partition != ids.end(), "a layout that is part of no partition");
        ++plan.partitions[*partition];
    }
    plan.first_use.push_back(0);
    for (const ServiceId s : model.demands.ids()) {
        const Demand& demand = model.demands[s];
        for (std::size_t o = demand.first_option; o < demand.first_option + demand.option_count;
             ++o) {
            if (instances[o] > 0) plan.uses.push_back({model.options[o].type, instances[o]});
        }
        plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
    }
    return plan;
}

deployment::Deployment deployment_of(const PlanningModel& model, const Placed& placed) {
    return Writer(model).write(placed);
}

}  // namespace tangram::planner::close
