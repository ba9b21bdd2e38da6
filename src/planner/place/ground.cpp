#include "planner/place/ground.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::planner::place {
namespace {

void add_named_bays(const workload::Problem& problem, FleetEntryId entry, std::vector<Bay>& bays) {
    for (std::size_t node = 0; node < problem.nodes.size(); ++node) {
        const auto capacity =
            std::ranges::count_if(problem.nodes[node].gpus,
                                  [&](const workload::NodeGpu& gpu) { return gpu.entry == entry; });
        if (capacity > 0) bays.push_back({entry, static_cast<std::uint32_t>(node), capacity});
    }
}

// Nodes of `per_node` GPUs each. More than `most` nodes cannot be used.
void add_unnamed_bays(FleetEntryId entry, const EntryLimit& limit, std::int64_t most,
                      std::uint32_t& next_node, std::vector<Bay>& bays) {
    const std::int64_t per_node = *limit.gpus_per_node;
    std::int64_t left = limit.cap ? *limit.cap : most * per_node;
    for (std::int64_t n = 0; n < most && left > 0; ++n) {
        bays.push_back({entry, next_node++, std::min(per_node, left)});
        left -= per_node;
    }
}

// Fills the bays [begin, end) in order with `count` GPUs; calls take(bay) for each GPU.
template <typename Take>
void fill_in_order(const std::vector<Bay>& bays, std::size_t begin, std::size_t end,
                   std::int64_t count, const Take& take) {
    for (std::size_t b = begin; b < end && count > 0; ++b) {
        for (std::int64_t i = 0; i < bays[b].capacity && count > 0; ++i, --count) take(bays[b]);
    }
    CHECK(count == 0, "more GPUs than nodes have room for");
}

// Deals `count` GPUs over the first `breadth` bays, widened until they hold them all.
template <typename Take>
void deal(const std::vector<Bay>& bays, std::size_t begin, std::size_t end, std::size_t breadth,
          std::int64_t count, const Take& take) {
    std::size_t last = begin;
    std::int64_t room = 0;
    while (last < end && (room < count || last - begin < breadth)) room += bays[last++].capacity;
    CHECK(room >= count, "more GPUs than nodes have room for");
    for (std::int64_t layer = 0; count > 0; ++layer) {
        for (std::size_t b = begin; b < last && count > 0; ++b) {
            if (bays[b].capacity <= layer) continue;
            take(bays[b]);
            --count;
        }
    }
}

}  // namespace

bool any_node_spread(const PlanningModel& model) {
    return std::ranges::any_of(model.demands, [](const Demand& demand) {
        return needs_spread(demand) && demand.spread == workload::Spread::kNode;
    });
}

bool nodes_matter(const PlanningModel& model) {
    return any_node_spread(model) || std::ranges::any_of(model.demands, [](const Demand& demand) {
               return demand.after_node_loss.count() > 0;
           });
}

std::vector<GroundGpu> gpus_of(const PlanningModel& model, const CountPlan& plan) {
    std::vector<GroundGpu> gpus;
    for (const PartitionId partition : model.partitions.ids()) {
        gpus.insert(gpus.end(), static_cast<std::size_t>(plan.partitions[partition]),
                    GroundGpu{partition, kNoNode});
    }
    return gpus;
}

IdVector<FleetEntryId, std::int64_t> count_by_entry(const PlanningModel& model,
                                                    const std::vector<GroundGpu>& gpus) {
    IdVector<FleetEntryId, std::int64_t> counts(model.entries.size(), 0);
    for (const GroundGpu& gpu : gpus) ++counts[model.partitions[gpu.partition].entry];
    return counts;
}

std::vector<Bay> bays_for(const PlanningModel& model,
                          const IdVector<FleetEntryId, std::int64_t>& most) {
    const workload::Problem& problem = *model.problem;
    std::vector<Bay> bays;
    std::uint32_t next_node = 0;
    for (const FleetEntryId entry : model.entries.ids()) {
        if (!problem.nodes.empty()) {
            add_named_bays(problem, entry, bays);
        } else if (model.entries[entry].gpus_per_node) {
            add_unnamed_bays(entry, model.entries[entry], most[entry], next_node, bays);
        }
    }
    return bays;
}

void assign_nodes(const PlanningModel& model, const std::vector<Bay>& bays, std::size_t breadth,
                  std::vector<GroundGpu>& gpus) {
    const auto counts = count_by_entry(model, gpus);
    auto gpu = gpus.begin();  // by partition, and so by entry, like the bays
    auto begin = bays.begin();
    for (const FleetEntryId entry : model.entries.ids()) {
        const auto end =
            std::find_if(begin, bays.end(), [&](const Bay& bay) { return bay.entry != entry; });
        if (begin == end) {  // an entry without nodes
            gpu += counts[entry];
            continue;
        }
        const auto take = [&](const Bay& bay) { (gpu++)->node = bay.node; };
        const auto first = static_cast<std::size_t>(begin - bays.begin());
        const auto last = static_cast<std::size_t>(end - bays.begin());
        if (breadth == 0) {
            fill_in_order(bays, first, last, counts[entry], take);
        } else {
            deal(bays, first, last, breadth, counts[entry], take);
        }
        begin = end;
    }
}

}  // namespace tangram::planner::place
