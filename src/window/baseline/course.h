// One tenant through a window in which it keeps its instances: they serve as soon as they can, and
// one of them may stop serving to retrain the model once; after that it is created anew.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <span>

#include "window/baseline/effort.h"
#include "window/window.h"

namespace tangram::window::baseline {

// An instance a tenant holds from the window's start to its end.
struct Piece {
    KindId kind;
    gpu::ProfileId profile;
    int ready = 0;  // serves from this slot on; may lie beyond the window
    friend auto operator<=>(const Piece&, const Piece&) = default;
};

struct Course {
    bool floor_kept = false;
    Goodput goodput;
    // The retraining, the index of the piece it runs on and its first slot.
    std::optional<std::size_t> retraining;
    std::size_t piece = 0;
    int start = 0;
};

// The best course: one that keeps the floor before one that does not, then the most goodput, then
// no retraining, then the first piece, retraining and start. A tenant whose retraining runs at the
// start has no other; what that one runs on is a piece that is ready a warm-up after its end.
// O(distinct pieces x (slots x retrainings) + pieces x slots).
[[nodiscard]] Course best_course(const Window& window, TenantId tenant,
                                 std::span<const Piece> pieces, Effort& effort);

// Whether `served` of the tenant's requests, summed over slots, are enough.
[[nodiscard]] bool keeps_floor(const Tenant& tenant, Rate served);

}  // namespace tangram::window::baseline
