// Layouts seen as counts of profiles.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gpu/layout.h"

namespace tangram::gpu {
namespace {

// rank[profile] = its place when the largest profiles come first.
std::vector<int> ranks_by_size(const GpuModel& model) {
    std::vector<ProfileId> order = model.all_profiles();
    std::ranges::stable_sort(order, [&](ProfileId a, ProfileId b) {
        const MigProfile& first = model.profiles[a];
        const MigProfile& second = model.profiles[b];
        return std::pair{first.compute_slices, first.size} >
               std::pair{second.compute_slices, second.size};
    });
    std::vector<int> ranks(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        ranks[order[i].index()] = static_cast<int>(i);
    }
    return ranks;
}

// Placements, largest profile first, as (rank, start): of the layouts with equal counts the one
// with the smallest such list is the canonical one, so large instances sit at low slices.
std::vector<std::pair<int, int>> shape_of(const Layout& layout, const std::vector<int>& ranks) {
    std::vector<std::pair<int, int>> shape;
    for (const Placement& placement : layout.placements()) {
        shape.emplace_back(ranks[placement.profile.index()], placement.start);
    }
    std::ranges::sort(shape);
    return shape;
}

bool contains(const std::vector<int>& larger, const std::vector<int>& smaller) {
    return std::ranges::equal(larger, smaller, [](int a, int b) { return a >= b; });
}

}  // namespace

std::vector<int> profile_counts(const GpuModel& model, const Layout& layout) {
    std::vector<int> counts(model.profiles.size(), 0);
    for (const Placement& placement : layout.placements()) {
        ++counts[placement.profile.index()];
    }
    return counts;
}

std::vector<Partition> maximal_partitions(const GpuModel& model, const RuleSet& rules,
                                          std::span<const ProfileId> profiles) {
    const std::vector<int> ranks = ranks_by_size(model);
    // Counts in order of rank, greatest first: the order of the answer.
    std::map<std::vector<int>, Partition, std::greater<>> found;
    for (Layout& layout : maximal_layouts(model, rules, profiles)) {
        Partition partition{profile_counts(model, layout), std::move(layout)};
        std::vector<int> key(ranks.size());
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            key[static_cast<std::size_t>(ranks[i])] = partition.counts[i];
        }
        const auto [entry, added] = found.try_emplace(std::move(key), partition);
        if (!added && shape_of(partition.layout, ranks) < shape_of(entry->second.layout, ranks)) {
            entry->second = std::move(partition);
        }
    }
    std::vector<Partition> partitions;
    for (const auto& [key, partition] : found) {
        const bool dominated = std::ranges::any_of(found, [&](const auto& other) {
            return other.first != key && contains(other.first, key);
        });
        if (!dominated) {
            partitions.push_back(partition);
        }
    }
    return partitions;
}

LayoutCounts count_layouts(const GpuModel& model, const RuleSet& rules,
                           std::span<const ProfileId> profiles) {
    LayoutCounts counts;
    counts.legal = enumerate_layouts(model, rules, profiles).size();
    std::set<std::vector<int>> multisets;
    for (const Layout& layout : maximal_layouts(model, rules, profiles)) {
        ++counts.maximal;
        multisets.insert(profile_counts(model, layout));
    }
    counts.multisets = multisets.size();
    return counts;
}

}  // namespace tangram::gpu
