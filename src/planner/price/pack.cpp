#include "planner/price/pack.h"

#include <algorithm>
#include <cmath>

#include "lp/model.h"

namespace tangram::planner::price {

std::optional<Repaired> pack(const PlanningModel& model, const Assignment& assignment,
                             std::uint64_t& work) {
    lp::Model mip;
    for (const PartitionChoice& partition : model.partitions) {
        mip.add_column(cost_units(partition.cost), 0.0, lp::kInfinity, true);
    }
    for (const InstanceTypeId k : model.types.ids()) {
        std::vector<lp::Term> terms;
        for (const PartitionId m : model.partitions.ids()) {
            const int count = model.partitions[m].counts[k.index()];
            if (count > 0) terms.push_back({static_cast<int>(m.index()), double(count)});
        }
        const auto total = static_cast<double>(assignment.totals[k.index()]);
        mip.add_row(total, lp::kInfinity, terms);
    }
    for (const FleetEntryId e : model.entries.ids()) {
        if (!model.entries[e].cap) continue;
        std::vector<lp::Term> terms;
        for (const PartitionId m : model.partitions.ids()) {
            if (model.partitions[m].entry == e) terms.push_back({static_cast<int>(m.index()), 1.0});
        }
        mip.add_row(-lp::kInfinity, static_cast<double>(*model.entries[e].cap), terms);
    }
    lp::Options limits;
    limits.node_limit = 1'000;
    const lp::Solution solution = lp::solve(mip, limits);
    work += 1'000 * static_cast<std::uint64_t>(std::max<std::int64_t>(1, solution.nodes));
    if (solution.values.empty()) return std::nullopt;
    Repaired plan{assignment, IdVector<PartitionId, std::int64_t>(model.partitions.size(), 0)};
    std::vector<std::int64_t> left(model.types.size(), 0);
    for (const PartitionId m : model.partitions.ids()) {
        plan.partitions[m] = std::max<std::int64_t>(0, std::llround(solution.values[m.index()]));
        for (std::size_t k = 0; k < left.size(); ++k) {
            left[k] += plan.partitions[m] * model.partitions[m].counts[k];
        }
    }
    for (std::size_t k = 0; k < left.size(); ++k) {
        if (left[k] < assignment.totals[k]) return std::nullopt;
    }
    return plan;
}

}  // namespace tangram::planner::price
