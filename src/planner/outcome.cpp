#include "planner/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/amount_text.h"

namespace tangram::planner {
namespace {

// Counts beyond this are refused, so that no sum below overflows 128 bits or a printed number.
constexpr std::int64_t kMostInstances = 1'000'000'000'000;

class Validation {
public:
    Validation(const PlanningModel& model, const CountPlan& plan)
        : model_(model), plan_(plan), used_(model.types.size(), 0) {}

    std::vector<std::string> run() {
        if (plan_.first_use.size() != model_.demands.size() + 1 ||
            plan_.partitions.size() != model_.partitions.size()) {
            return {fmt::format(
                "the plan is for {} services and {} partitions, the model has {} "
                "and {}",
                plan_.first_use.empty() ? 0 : plan_.first_use.size() - 1, plan_.partitions.size(),
                model_.demands.size(), model_.partitions.size())};
        }
        for (const ServiceId service : model_.demands.ids()) check_service(service);
        check_supply();
        check_caps();
        return std::move(problems_);
    }

private:
    const Option* option_for(ServiceId service, InstanceTypeId type) const {
        for (const Option& option : model_.options_of(service)) {
            if (option.type == type) return &option;
        }
        return nullptr;
    }

    void check_service(ServiceId service) {
        const std::string& name = model_.problem->services[service].name;
        const Demand& demand = model_.demands[service];
        __extension__ using Wide = __int128;
        Wide capacity = 0;
        std::int64_t replicas = 0;
        std::int64_t largest = 0;
        InstanceTypeId last;
        for (const Use& use : plan_.uses_of(service)) {
            const Option* option = option_for(service, use.type);
            if (option == nullptr) {
                problems_.push_back(fmt::format("service '{}' cannot use instance type {}", name,
                                                use.type.index()));
                continue;
            }
            if (use.count <= 0 || use.count > kMostInstances) {
                problems_.push_back(
                    fmt::format("service '{}' has {} instances of a type", name, use.count));
                continue;
            }
            if (last.valid() && use.type <= last) {
                problems_.push_back(fmt::format("service '{}': types are not ascending", name));
            }
            last = use.type;
            capacity += Wide{option->throughput.count()} * use.count;
            replicas += use.count;
            largest = std::max(largest, option->throughput.count());
            used_[use.type] += use.count;
        }
        if (capacity < demand.required.count()) {
            problems_.push_back(fmt::format("service '{}' needs {} requests/s, has {}", name,
                                            rps_text(demand.required),
                                            rps_text(Rate{static_cast<std::int64_t>(capacity)})));
        }
        if (capacity - largest < demand.after_loss().count()) {
            problems_.push_back(
                fmt::format("service '{}' needs {} requests/s without its largest instance, has {}",
                            name, rps_text(demand.after_loss()),
                            rps_text(Rate{static_cast<std::int64_t>(capacity - largest)})));
        }
        if (replicas < demand.min_replicas) {
            problems_.push_back(fmt::format("service '{}' needs {} replicas, has {}", name,
                                            demand.min_replicas, replicas));
        }
    }

    void check_supply() {
        for (const InstanceTypeId type : model_.types.ids()) {
            std::int64_t supply = 0;
            for (const PartitionId partition : model_.partitions.ids()) {
                supply +=
                    plan_.partitions[partition] * model_.partitions[partition].counts[type.index()];
            }
            if (used_[type] <= supply) continue;
            const InstanceType& what = model_.types[type];
            const gpu::GpuModel& gpu = model_.problem->gpu_model(what.entry);
            problems_.push_back(fmt::format("{} instances of {} on {} are used, {} supplied",
                                            used_[type], gpu.profiles[what.profile].name, gpu.name,
                                            supply));
        }
    }

    void check_caps() {
        IdVector<FleetEntryId, std::int64_t> gpus(model_.entries.size(), 0);
        for (const PartitionId partition : model_.partitions.ids()) {
            const std::int64_t count = plan_.partitions[partition];
            if (count < 0) {
                problems_.push_back(
                    fmt::format("partition {} is used {} times", partition.index(), count));
            }
            gpus[model_.partitions[partition].entry] += count;
        }
        for (const FleetEntryId entry : model_.entries.ids()) {
            const auto& cap = model_.entries[entry].cap;
            if (!cap || gpus[entry] <= *cap) continue;
            problems_.push_back(fmt::format("{} GPUs of {} are used, there are {}", gpus[entry],
                                            model_.problem->gpu_model(entry).name, *cap));
        }
    }

    const PlanningModel& model_;
    const CountPlan& plan_;
    IdVector<InstanceTypeId, std::int64_t> used_;
    std::vector<std::string> problems_;
};

}  // namespace

std::string_view name(Status status) {
    switch (status) {
        case Status::kOptimal:
            return "optimal";
        case Status::kFeasible:
            return "feasible";
        case Status::kInfeasible:
            return "infeasible";
        case Status::kPartial:
            return "partial";
        case Status::kUnknown:
            return "unknown";
    }
    return "unknown";
}

Cost cost_of(const PlanningModel& model, const IdVector<PartitionId, std::int64_t>& partitions) {
    Cost cost;
    for (const PartitionId partition : partitions.ids()) {
        cost += model.partitions[partition].cost * partitions[partition];
    }
    return cost;
}

std::vector<std::string> validate_counts(const PlanningModel& model, const CountPlan& plan) {
    return Validation(model, plan).run();
}

}  // namespace tangram::planner
