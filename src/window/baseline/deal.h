// The instances of one GPU dealt out to tenants as they like best: exact over all layouts, by a
// dynamic program over tenants and sets of instances (ours).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gpu/layout.h"
#include "window/baseline/stints.h"
#include "window/window.h"

namespace tangram::window::baseline {

// Compared from left to right; those of tenants add up.
using Worth = std::array<std::int64_t, 2>;
[[nodiscard]] Worth operator+(const Worth& a, const Worth& b);

struct Held {
    gpu::Placement placement;
    TenantId tenant;
    friend bool operator==(const Held&, const Held&) = default;
};

// What it is worth that the tenant holds just these on the GPU. Placements of one profile must be
// worth the same unless they differ in who is present there.
using Liking = std::function<Worth(TenantId, std::span<const gpu::Placement>)>;

struct Dealt {
    bool possible = false;   // some layout holds what is reserved
    std::vector<Held> held;  // by start; not everything need be dealt
    Worth worth{};           // summed over all tenants
};

// Over those of `layouts` that hold every placement of `reserved`; these are dealt to nobody. Of
// equally good deals one that depends on the arguments alone. O(layouts x tenants x 3^instances)
// and that many likings with 2 in place of 3, less where instances are alike.
[[nodiscard]] Dealt deal(std::span<const gpu::Layout> layouts,
                         std::span<const gpu::Placement> reserved, std::span<const Present> present,
                         std::size_t tenants, const Liking& liking);

}  // namespace tangram::window::baseline
