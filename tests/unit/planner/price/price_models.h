// Random planning models for the tests of the priced engine: the seven-slice partitions or random
// ones, demands with a few to thousands of instances.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "planner/outcome.h"
#include "planner/planning_model.h"

namespace tangram::planner::price::test {

struct ModelShape {
    std::size_t demands = 6;
    double instances = 3;  // of the largest type, per demand, on average
    std::size_t types = 5;
    int min_replicas_max = 1;
    std::uint64_t unmeasured_percent = 20;  // of the types but the largest
    std::uint64_t losses_percent = 0;       // of the demands must survive a loss
};

inline PartitionChoice partition_of(std::vector<int> counts) {
    PartitionChoice choice;
    choice.entry = FleetEntryId{0};
    choice.cost = Cost{kCostPerUnit};
    choice.counts = std::move(counts);
    return choice;
}

// The partitions of an A100 over 1g 2g 3g 4g 7g.
inline std::vector<PartitionChoice> seven_slice_partitions() {
    std::vector<PartitionChoice> partitions{partition_of({0, 0, 0, 0, 1})};
    const std::vector<std::vector<int>> left = {
        {0, 0, 0, 1, 0}, {0, 0, 1, 0, 0}, {0, 2, 0, 0, 0}, {2, 1, 0, 0, 0}, {4, 0, 0, 0, 0}};
    const std::vector<std::vector<int>> right = {{0, 0, 1, 0, 0}, {1, 1, 0, 0, 0}, {3, 0, 0, 0, 0}};
    for (const auto& l : left) {
        for (const auto& r : right) {
            std::vector<int> sum(5);
            std::ranges::transform(l, r, sum.begin(), std::plus{});
            const bool known = std::ranges::any_of(
                partitions, [&](const PartitionChoice& p) { return p.counts == sum; });
            if (!known) partitions.push_back(partition_of(std::move(sum)));
        }
    }
    return partitions;
}

inline std::vector<PartitionChoice> random_partitions(std::size_t types, Random& random) {
    std::vector<PartitionChoice> partitions;
    for (std::size_t k = 0; k < types; ++k) {  // every type fits somewhere
        std::vector<int> counts(types, 0);
        counts[k] = static_cast<int>(random.between(1, 4));
        partitions.push_back(partition_of(std::move(counts)));
    }
    for (int i = 0; i < 3; ++i) {
        std::vector<int> counts(types);
        for (int& count : counts) count = static_cast<int>(random.between(0, 2));
        counts[0] = std::max(counts[0], 1);
        partitions.push_back(partition_of(std::move(counts)));
    }
    return partitions;
}

inline PlanningModel random_model(std::uint64_t seed, const ModelShape& shape) {
    Random random(seed);
    PlanningModel model;
    model.entries.push_back({});
    for (std::size_t k = 0; k < shape.types; ++k) {
        model.types.push_back({FleetEntryId{0}, gpu::ProfileId{k}});
    }
    std::vector<PartitionChoice> partitions =
        shape.types == 5 ? seven_slice_partitions() : random_partitions(shape.types, random);
    for (PartitionChoice& partition : partitions) model.partitions.push_back(std::move(partition));
    for (std::size_t s = 0; s < shape.demands; ++s) {
        Demand demand;
        demand.first_option = static_cast<std::uint32_t>(model.options.size());
        std::int64_t throughput = 0;
        for (std::size_t k = 0; k < shape.types; ++k) {
            throughput += random.between(20'000, 90'000);
            const bool measured =
                k + 1 == shape.types || random.below(100) >= shape.unmeasured_percent;
            if (!measured) continue;
            model.options.push_back(
                {InstanceTypeId{k}, Rate{throughput}, perf::OperatingPointId{}});
            ++demand.option_count;
        }
        const double instances = shape.instances * (0.1 + 1.8 * random.unit());
        demand.required = Rate{std::llround(instances * static_cast<double>(throughput))};
        demand.min_replicas = static_cast<int>(random.between(0, shape.min_replicas_max));
        if (shape.losses_percent > 0 && random.below(100) < shape.losses_percent) {
            const std::int64_t left = random.between(1, demand.required.count());
            (random.below(2) == 0 ? demand.after_gpu_loss : demand.after_node_loss) = Rate{left};
        }
        model.demands.push_back(demand);
    }
    return model;
}

// As random_model, on several kinds of GPU: each has the types and partitions of the first at a
// cost of its own, and every service a speed of its own there.
inline PlanningModel mixed_model(std::uint64_t seed, const ModelShape& shape,
                                 const std::vector<Cost>& costs) {
    PlanningModel one = random_model(seed, shape);
    Random random(seed + 1'000'000);
    PlanningModel mixed;
    const std::size_t types = one.types.size();
    for (std::size_t e = 0; e < costs.size(); ++e) {
        mixed.entries.push_back({});
        for (std::size_t k = 0; k < types; ++k) {
            mixed.types.push_back({FleetEntryId{e}, gpu::ProfileId{k}});
        }
        for (PartitionChoice partition : one.partitions) {
            partition.entry = FleetEntryId{e};
            partition.cost = costs[e];
            std::vector<int> counts(types * costs.size(), 0);
            std::ranges::copy(partition.counts,
                              counts.begin() + static_cast<std::ptrdiff_t>(e * types));
            partition.counts = std::move(counts);
            mixed.partitions.push_back(std::move(partition));
        }
    }
    for (const ServiceId s : one.demands.ids()) {
        Demand demand = one.demands[s];
        demand.first_option = static_cast<std::uint32_t>(mixed.options.size());
        for (std::size_t e = 0; e < costs.size(); ++e) {
            const std::int64_t percent =
                costs[e].count() * 100 / costs[0].count() * random.between(80, 120) / 100;
            for (const Option& option : one.options_of(s)) {
                mixed.options.push_back({InstanceTypeId{option.type.index() + e * types},
                                         Rate{option.throughput.count() * percent / 100},
                                         option.point});
            }
        }
        demand.option_count *= static_cast<std::uint32_t>(costs.size());
        mixed.demands.push_back(demand);
    }
    return mixed;
}

// True if the plan covers every demand within its partitions' instances.
inline bool is_plan(const PlanningModel& model, const CountPlan& plan) {
    std::vector<std::int64_t> left(model.types.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        for (std::size_t k = 0; k < left.size(); ++k) {
            left[k] += plan.partitions[m] * model.partitions[m].counts[k];
        }
    }
    for (const ServiceId s : model.demands.ids()) {
        std::int64_t capacity = 0;
        std::int64_t replicas = 0;
        std::int64_t largest = 0;
        for (const Use& use : plan.uses_of(s)) {
            for (const Option& option : model.options_of(s)) {
                if (option.type != use.type) continue;
                capacity += option.throughput.count() * use.count;
                largest = std::max(largest, option.throughput.count());
            }
            replicas += use.count;
            left[use.type.index()] -= use.count;
        }
        if (capacity < model.demands[s].required.count()) return false;
        if (capacity - largest < model.demands[s].after_loss().count()) return false;
        if (replicas < model.demands[s].min_replicas) return false;
    }
    return std::ranges::all_of(left, [](std::int64_t count) { return count >= 0; });
}

}  // namespace tangram::planner::price::test
