#include "planner/planning_model.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "planner/model/input_checks.h"
#include "planner/model/no_option.h"
#include "planner/model/option_finder.h"

namespace tangram::planner {
namespace {

// The options of every service; `type` still holds the index of a slot.
Result<void> add_demands(PlanningModel& model, model::OptionFinder& finder) {
    const workload::Problem& problem = *model.problem;
    model.demands.reserve(problem.services.size());
    model.options.reserve(problem.services.size() * 5);
    for (const ServiceId id : problem.services.ids()) {
        const workload::Service& service = problem.services[id];
        const std::size_t first = model.options.size();
        finder.find(service, model.options);
        if (model.options.size() == first) return model::no_option_error(problem, id);
        model.demands.push_back(
            {workload::required_capacity(service.rate, problem.utilization_limit(id)),
             service.min_replicas, service.spread, static_cast<std::uint32_t>(first),
             static_cast<std::uint32_t>(model.options.size() - first),
             workload::share_of_rate(service.rate, service.survive_gpu),
             workload::share_of_rate(service.rate, service.survive_node)});
    }
    return {};
}

// Turns the slots some service uses into the instance types of the model.
void number_types(PlanningModel& model, const std::vector<model::Slot>& slots) {
    std::vector<InstanceTypeId> type_of(slots.size());
    for (const Option& option : model.options) type_of[option.type.index()] = InstanceTypeId{0};
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        if (!type_of[slot].valid()) continue;
        type_of[slot] = model.types.push_back({slots[slot].entry, slots[slot].profile});
    }
    for (Option& option : model.options) option.type = type_of[option.type.index()];
}

void add_partitions(PlanningModel& model) {
    const workload::Problem& problem = *model.problem;
    for (const FleetEntryId entry : problem.fleet.ids()) {
        std::vector<gpu::ProfileId> in_play;
        for (const InstanceType& type : model.types) {
            if (type.entry == entry) in_play.push_back(type.profile);
        }
        if (in_play.empty()) continue;
        for (gpu::Partition& partition :
             gpu::maximal_partitions(problem.gpu_model(entry), problem.rules, in_play)) {
            PartitionChoice choice{entry, problem.fleet[entry].cost,
                                   std::vector<int>(model.types.size(), 0),
                                   std::move(partition.layout)};
            for (const InstanceTypeId type : model.types.ids()) {
                if (model.types[type].entry != entry) continue;
                choice.counts[type.index()] = partition.counts[model.types[type].profile.index()];
            }
            model.partitions.push_back(std::move(choice));
        }
    }
}

void add_entries(PlanningModel& model) {
    const workload::Problem& problem = *model.problem;
    for (const workload::FleetEntry& entry : problem.fleet) {
        model.entries.push_back({entry.count, entry.gpus_per_node});
    }
    if (problem.nodes.empty()) return;
    // Named GPUs are all there is.
    for (EntryLimit& limit : model.entries) limit.cap = 0;
    for (const workload::Node& node : problem.nodes) {
        for (const workload::NodeGpu& gpu : node.gpus) ++*model.entries[gpu.entry].cap;
    }
}

}  // namespace

Cost cost_step(const PlanningModel& model) {
    std::int64_t step = 0;
    for (const PartitionChoice& partition : model.partitions) {
        step = std::gcd(step, partition.cost.count());
    }
    return Cost{std::max<std::int64_t>(step, 1)};
}

Result<PlanningModel> build_planning_model(const workload::Problem& problem) {
    if (Result<void> input = model::check_input(problem); !input) return input.error();
    PlanningModel model;
    model.problem = &problem;
    model::OptionFinder finder(problem);
    if (Result<void> demands = add_demands(model, finder); !demands) return demands.error();
    number_types(model, finder.slots());
    add_partitions(model);
    add_entries(model);
    return model;
}

}  // namespace tangram::planner
