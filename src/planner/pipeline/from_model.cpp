#include "planner/pipeline/from_model.h"

#include <algorithm>
#include <utility>

namespace tangram::planner::pipeline {

using rms::Held;
using rms::JobId;
using rms::MachineTypeId;

rms::Problem from_model(const PlanningModel& model) {
    rms::Description out;
    out.machine_types = model.types.size();
    out.speeds.assign(model.demands.size() * model.types.size(), 0);
    for (const ServiceId s : model.demands.ids()) {
        const Demand& demand = model.demands[s];
        out.jobs.push_back({JobId{s.index()}, demand.required.count(), demand.min_replicas});
        for (const Option& option : model.options_of(s)) {
            out.speeds[s.index() * model.types.size() + option.type.index()] =
                option.throughput.count();
        }
    }
    for (const PartitionChoice& partition : model.partitions) {
        rms::MachineSet set{rms::PoolId{partition.entry.index()}, partition.cost.count(), {}};
        for (std::size_t k = 0; k < partition.counts.size(); ++k) {
            set.machines.insert(set.machines.end(), static_cast<std::size_t>(partition.counts[k]),
                                MachineTypeId{k});
        }
        out.sets.push_back(std::move(set));
    }
    for (const EntryLimit& entry : model.entries) {
        out.room.push_back(std::min(entry.cap.value_or(rms::kUnlimited), rms::kUnlimited));
    }
    return rms::Problem(std::move(out));
}

CountPlan to_plan(const PlanningModel& model, const rms::Problem& problem,
                  const std::vector<Held>& held) {
    CountPlan plan;
    plan.partitions = IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0);
    const std::size_t types = model.types.size();
    std::vector<std::int64_t> counts(model.demands.size() * types, 0);
    for (const auto& [configuration, count] : held) {
        plan.partitions[PartitionId{configuration.set.index()}] += count;
        const std::vector<MachineTypeId>& machines = problem.sets()[configuration.set].machines;
        for (std::size_t i = 0; i < machines.size(); ++i) {
            const JobId job = configuration.jobs[i];
            if (job.valid()) counts[job.index() * types + machines[i].index()] += count;
        }
    }
    plan.first_use.push_back(0);
    for (std::size_t at = 0; at < counts.size(); ++at) {
        const InstanceTypeId type{at % types};
        if (counts[at] > 0) plan.uses.push_back({type, counts[at]});
        if (type.index() + 1 == types) {
            plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
        }
    }
    return plan;
}

}  // namespace tangram::planner::pipeline
