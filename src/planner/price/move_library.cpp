#include "planner/price/move_library.h"

#include <algorithm>
#include <map>
#include <utility>

#include "planner/price/near_covers.h"

namespace tangram::planner::price {
namespace {

using ChangeVector = std::vector<std::int32_t>;

class Collector {
public:
    Collector(const PlanningModel& model, const Bound& bound, const MoveLibraryLimits& limits)
        : model_(model), bound_(bound), limits_(limits) {}

    [[nodiscard]] std::size_t vectors() const { return moves_.size(); }

    // Returns true if the demand's changes taught something new.
    bool add_demand(ServiceId service, const Assignment& assignment, std::uint64_t& work) {
        const Demand& demand = model_.demands[service];
        const auto options = model_.options_of(service);
        const std::span<const std::int32_t> current{assignment.counts.data() + demand.first_option,
                                                    demand.option_count};
        NearCoverLimits near_limits{.cost = limits_.cost, .changes = 128, .nodes = 4'000};
        NearCovers near = near_covers(bound_.prices.types, demand, options, current, near_limits);
        work += near.nodes;
        // Too many: the cheaper ones are worth more than the first ones.
        for (int i = 0; i < 5 && !near.complete; ++i) {
            near_limits.cost /= 4;
            near = near_covers(bound_.prices.types, demand, options, current, near_limits);
            work += near.nodes;
        }
        bool learned = false;
        for (CoverChange& change : near.changes) {
            ChangeVector by_type(model_.types.size(), 0);
            for (std::size_t o = 0; o < options.size(); ++o) {
                by_type[options[o].type.index()] += change.by_option[o];
            }
            Move& move = slot(std::move(by_type), change.cost, learned);
            if (move.providers.size() < limits_.providers) {
                move.providers.push_back({service, std::move(change.by_option)});
            }
        }
        return learned;
    }

    void add_partition_change(PartitionId from, PartitionId to) {
        const PartitionChoice& old_choice = model_.partitions[from];
        const PartitionChoice& new_choice = model_.partitions[to];
        Move move;
        for (std::size_t k = 0; k < old_choice.counts.size(); ++k) {
            move.change.push_back(old_choice.counts[k] - new_choice.counts[k]);
            move.cost += bound_.prices.types[k] * move.change.back();
        }
        move.from = from;
        move.to = to;
        if (move.cost <= limits_.cost) moves_.push_back(std::move(move));
    }

    std::vector<Move> take() { return std::move(moves_); }

private:
    Move& slot(ChangeVector change, std::int64_t cost, bool& learned) {
        const auto [entry, fresh] = index_.try_emplace(std::move(change), moves_.size());
        if (fresh) {
            moves_.push_back({entry->first, cost, {}, {}, {}});
            learned = true;
        }
        return moves_[entry->second];
    }

    const PlanningModel& model_;
    const Bound& bound_;
    const MoveLibraryLimits& limits_;
    std::map<ChangeVector, std::size_t> index_;
    std::vector<Move> moves_;
};

}  // namespace

std::vector<Move> collect_moves(const PlanningModel& model, const Bound& bound,
                                const Assignment& assignment,
                                std::span<const PartitionId> partitions,
                                const MoveLibraryLimits& limits, Random& random,
                                std::uint64_t& work) {
    Collector collector(model, bound, limits);
    std::vector<ServiceId> order = all_demands(model);
    for (std::size_t i = 0; i < order.size() && collector.vectors() < limits.vectors; ++i) {
        std::swap(order[i], order[i + random.below(order.size() - i)]);
        collector.add_demand(order[i], assignment, work);
    }
    for (const PartitionId from : partitions) {
        for (const PartitionId to : model.partitions.ids()) {
            const bool same_kind = model.partitions[from].entry == model.partitions[to].entry;
            if (from != to && same_kind) collector.add_partition_change(from, to);
        }
    }
    return collector.take();
}

}  // namespace tangram::planner::price
