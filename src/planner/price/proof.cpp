#include "planner/price/proof.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "lp/model.h"
#include "planner/price/near_covers.h"

namespace tangram::planner::price {
namespace {

using ChangeVector = std::vector<std::int32_t>;  // by instance type

// Demands that can make exactly the same changes.
struct Group {
    std::vector<ChangeVector> changes;
    std::vector<ServiceId> members;
};

// How one demand brings about a change of its group.
using Recipes = std::map<std::pair<std::size_t, ChangeVector>, std::vector<std::int32_t>>;

class Proof {
public:
    Proof(const PlanningModel& model, const Bound& bound, const GpuMix& mix,
          const ProofLimits& limits, std::uint64_t& work)
        : model_(model),
          bound_(bound),
          mix_(mix),
          gap_(worth(bound.prices, mix) - bound.covers),
          limits_(limits),
          work_(work) {}

    ProofOutcome run() {
        if (gap_ < 0) return {Verdict::kNone, {}};
        if (!collect_groups()) return {};
        build();
        if (columns_.size() > limits_.columns) return {};
        lp::Options limits;
        limits.time_limit_seconds = limits_.seconds;
        limits.node_limit = limits_.mip_nodes;
        const lp::Solution solution = lp::solve(mip_, limits);
        work_ += 1'000 * static_cast<std::uint64_t>(std::max<std::int64_t>(1, solution.nodes)) +
                 10 * columns_.size();
        if (solution.status == lp::Status::kInfeasible) return {Verdict::kNone, {}};
        if (solution.values.empty()) return {};
        return read(solution);
    }

private:
    struct Column {
        std::size_t group = 0;
        std::size_t change = 0;
    };

    bool collect_groups();
    void build();
    void add_mix();
    ProofOutcome read(const lp::Solution& solution) const;

    const PlanningModel& model_;
    const Bound& bound_;
    const GpuMix& mix_;
    const std::int64_t gap_;  // what a plan on the mix may waste
    const ProofLimits& limits_;
    std::uint64_t& work_;
    Assignment base_;  // cheapest covers
    std::vector<Group> groups_;
    Recipes recipes_;  // by demand index and change
    lp::Model mip_;
    std::vector<Column> columns_;
    std::vector<PartitionId> partitions_;
};

// False if there are too many choices to be complete.
bool Proof::collect_groups() {
    const std::vector<ServiceId> all = all_demands(model_);
    Evaluation cheapest = evaluate(model_, all, bound_.prices, bound_.cuts.back()->counts, {});
    work_ += cheapest.nodes;
    // Where a node limit struck, "cheapest" is only nearly so, and reduced costs would be too
    // small.
    if (cheapest.covers < bound_.covers) return false;
    base_ = {std::move(cheapest.counts), std::move(cheapest.totals)};
    std::int64_t base_value = 0;
    for (std::size_t k = 0; k < base_.totals.size(); ++k) {
        base_value += base_.totals[k] * bound_.prices.types[k];
    }
    if (base_value != bound_.covers) return false;  // a limit struck
    std::map<std::vector<ChangeVector>, std::size_t> index;
    std::size_t choices = 0;
    for (const ServiceId s : all) {
        const Demand& demand = model_.demands[s];
        const auto options = model_.options_of(s);
        const NearCovers near =
            near_covers(bound_.prices.types, demand, options,
                        {base_.counts.data() + demand.first_option, demand.option_count},
                        {.cost = gap_, .radius = 1 << 30, .changes = 4'000, .nodes = 200'000});
        work_ += near.nodes;
        choices += near.changes.size();
        if (!near.complete || choices > limits_.choices) return false;
        if (near.changes.empty()) continue;
        std::vector<ChangeVector> changes;
        for (const CoverChange& change : near.changes) {
            ChangeVector by_type(model_.types.size(), 0);
            for (std::size_t o = 0; o < options.size(); ++o) {
                by_type[options[o].type.index()] += change.by_option[o];
            }
            // One instance type is one option of a demand, so the way back is unique.
            recipes_[{s.index(), by_type}] = change.by_option;
            changes.push_back(std::move(by_type));
        }
        std::ranges::sort(changes);
        const auto [entry, fresh] = index.try_emplace(std::move(changes), groups_.size());
        if (fresh) groups_.push_back({entry->first, {}});
        groups_[entry->second].members.push_back(s);
    }
    return true;
}

void Proof::build() {
    std::vector<std::vector<lp::Term>> balance(model_.types.size());
    for (const PartitionId m : model_.partitions.ids()) {
        if (slack(model_, bound_.prices, m) > gap_) continue;
        const int column = mip_.add_column(0.0, 0.0, lp::kInfinity, true);
        partitions_.push_back(m);
        for (std::size_t k = 0; k < balance.size(); ++k) {
            const int count = model_.partitions[m].counts[k];
            if (count > 0) balance[k].push_back({column, -static_cast<double>(count)});
        }
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const Group& group = groups_[g];
        const auto members = static_cast<double>(group.members.size());
        std::vector<lp::Term> one_each;
        for (std::size_t c = 0; c < group.changes.size(); ++c) {
            const int column = mip_.add_column(0.0, 0.0, members, true);
            columns_.push_back({g, c});
            one_each.push_back({column, 1.0});
            for (std::size_t k = 0; k < balance.size(); ++k) {
                const std::int32_t change = group.changes[c][k];
                if (change != 0) balance[k].push_back({column, static_cast<double>(change)});
            }
        }
        mip_.add_row(-lp::kInfinity, members, one_each);
    }
    for (std::size_t k = 0; k < balance.size(); ++k) {
        mip_.add_row(-lp::kInfinity, -static_cast<double>(base_.totals[k]), balance[k]);
    }
    add_mix();
}

void Proof::add_mix() {
    for (const FleetEntryId e : mix_.ids()) {
        std::vector<lp::Term> terms;
        for (std::size_t p = 0; p < partitions_.size(); ++p) {
            if (model_.partitions[partitions_[p]].entry == e) {
                terms.push_back({static_cast<int>(p), 1.0});
            }
        }
        mip_.add_row(-lp::kInfinity, static_cast<double>(mix_[e]), terms);
    }
}

ProofOutcome Proof::read(const lp::Solution& solution) const {
    Repaired plan;
    plan.assignment = base_;
    plan.partitions = IdVector<PartitionId, std::int64_t>(model_.partitions.size(), 0);
    const auto rounded = [&](std::size_t column) {
        return static_cast<std::int64_t>(std::llround(solution.values[column]));
    };
    for (std::size_t p = 0; p < partitions_.size(); ++p) {
        plan.partitions[partitions_[p]] = std::max<std::int64_t>(0, rounded(p));
    }
    std::vector<std::size_t> next_member(groups_.size(), 0);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        const Group& group = groups_[columns_[c].group];
        const ChangeVector& change = group.changes[columns_[c].change];
        for (std::int64_t n = rounded(partitions_.size() + c); n > 0; --n) {
            std::size_t& member = next_member[columns_[c].group];
            if (member == group.members.size()) return {};  // tolerances misled the solver
            const ServiceId s = group.members[member++];
            const std::vector<std::int32_t>& recipe = recipes_.at({s.index(), change});
            for (std::size_t o = 0; o < recipe.size(); ++o) {
                plan.assignment.counts[model_.demands[s].first_option + o] += recipe[o];
            }
            for (std::size_t k = 0; k < change.size(); ++k) plan.assignment.totals[k] += change[k];
        }
    }
    // Exact check: the solver's tolerances prove nothing.
    GpuMix gpus(mix_.size(), 0);
    std::vector<std::int64_t> left(model_.types.size(), 0);
    for (const PartitionId m : model_.partitions.ids()) {
        gpus[model_.partitions[m].entry] += plan.partitions[m];
        for (std::size_t k = 0; k < left.size(); ++k) {
            left[k] += plan.partitions[m] * model_.partitions[m].counts[k];
        }
    }
    for (std::size_t k = 0; k < left.size(); ++k) {
        if (left[k] < plan.assignment.totals[k]) return {};
    }
    for (const FleetEntryId e : mix_.ids()) {
        if (gpus[e] > mix_[e]) return {};
    }
    return {Verdict::kPlan, std::move(plan)};
}

}  // namespace

ProofOutcome prove(const PlanningModel& model, const Bound& bound, const GpuMix& mix,
                   const ProofLimits& limits, std::uint64_t& work) {
    return Proof(model, bound, mix, limits, work).run();
}

}  // namespace tangram::planner::price
