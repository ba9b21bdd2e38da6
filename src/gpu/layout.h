// Layouts: legal sets of placements on one GPU, and partitions: full layouts seen as counts.
// A Layout is legal by construction. Legality: placements come from the profile's list and do not
// overlap in memory slices; at most max_instances of each profile; at most one of {+me, +me.all};
// +me.all beside nothing but -me; no pair the rule set forbids.
#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gpu/catalogue.h"
#include "gpu/gpu_model.h"

namespace tangram::gpu {

// One GPU instance's place: memory slices [start, start + size of the profile).
struct Placement {
    ProfileId profile;
    int start = 0;
    friend auto operator<=>(const Placement&, const Placement&) = default;
};

class Layout {
public:
    Layout() = default;  // the empty layout

    // The error says which placement breaks which rule, or that the geometry is unknown.
    // O(placements^2 + profiles^2).
    [[nodiscard]] static Result<Layout> make(const GpuModel& model, const RuleSet& rules,
                                             std::vector<Placement> placements);

    // In order of start.
    [[nodiscard]] const std::vector<Placement>& placements() const { return placements_; }
    friend bool operator==(const Layout&, const Layout&) = default;

private:
    // These two build legal layouts one placement at a time.
    friend std::vector<Layout> enumerate_layouts(const GpuModel& model, const RuleSet& rules,
                                                 std::span<const ProfileId> profiles);
    friend std::vector<Layout> maximal_layouts(const GpuModel& model, const RuleSet& rules,
                                               std::span<const ProfileId> profiles);
    explicit Layout(std::vector<Placement> placements) : placements_(std::move(placements)) {}
    std::vector<Placement> placements_;
};

// Every legal layout over `profiles`, the empty one included, in a fixed order.
// O(number of layouts x profiles x starts); a few thousand layouts at most on real GPUs. Profiles
// without published placements take no part.
[[nodiscard]] std::vector<Layout> enumerate_layouts(const GpuModel& model, const RuleSet& rules,
                                                    std::span<const ProfileId> profiles);
// Those to which no placement of `profiles` can be added.
[[nodiscard]] std::vector<Layout> maximal_layouts(const GpuModel& model, const RuleSet& rules,
                                                  std::span<const ProfileId> profiles);

struct Partition {
    std::vector<int> counts;  // by ProfileId, over all profiles of the model
    Layout layout;            // the canonical layout with these counts
};

// counts[profile] = instances of it, over all profiles of the model.
[[nodiscard]] std::vector<int> profile_counts(const GpuModel& model, const Layout& layout);

// The distinct multisets among the maximal layouts, less those another one contains; largest
// profiles first, a fixed order.
[[nodiscard]] std::vector<Partition> maximal_partitions(const GpuModel& model, const RuleSet& rules,
                                                        std::span<const ProfileId> profiles);

// How many layouts there are; 19, 14 and 298 over the base profiles of a 7-slice GPU.
struct LayoutCounts {
    std::size_t maximal = 0;    // maximal layouts
    std::size_t multisets = 0;  // those, seen as counts of profiles
    std::size_t legal = 0;      // all layouts, the empty one included
    friend bool operator==(const LayoutCounts&, const LayoutCounts&) = default;
};
[[nodiscard]] LayoutCounts count_layouts(const GpuModel& model, const RuleSet& rules,
                                         std::span<const ProfileId> profiles);

}  // namespace tangram::gpu
