// The placements of one GPU model with those that are interchangeable taken together, and the rows
// that describe every legal layout over them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "gpu/catalogue.h"
#include "gpu/layout.h"

namespace tangram::window::ilp {

// Placements of one profile that exclude exactly the same others, but not each other. Uses of them
// that at no time are more than there are placements can be given one each, for as long as they
// last (a colouring of intervals), so counts say everything.
struct PlaceGroup {
    gpu::ProfileId profile;
    std::vector<int> starts;  // ascending
};

struct WeightedGroup {
    std::size_t group = 0;
    int weight = 0;
    friend auto operator<=>(const WeightedGroup&, const WeightedGroup&) = default;
};

// Sum of weight x placements in use <= room.
struct PlaceLimit {
    int room = 0;
    std::vector<WeightedGroup> groups;  // ascending
    friend auto operator<=>(const PlaceLimit&, const PlaceLimit&) = default;
};

struct Places {
    std::vector<PlaceGroup> groups;
    // Counts that keep all of these are the counts of a legal layout, and no other counts are.
    std::vector<PlaceLimit> limits;

    // The group of a placement; absent if its profile takes no part.
    [[nodiscard]] std::optional<std::size_t> group_of(const gpu::Placement& placement) const;
};

// Over the placements of `profiles`. The limits are maximal cliques of placements that exclude each
// other, first those through one memory slice, and the instances of a profile where a GPU takes
// fewer than it has placements. O(placements^3).
[[nodiscard]] Places places_of(const gpu::GpuModel& model, const gpu::RuleSet& rules,
                               std::span<const gpu::ProfileId> profiles);

}  // namespace tangram::window::ilp
