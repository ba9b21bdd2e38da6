// How fast a part of a GPU is that no profile has: linear between the measured profiles. For
// engines that share GPUs otherwise than by MIG instances.
#pragma once

#include <cstdint>
#include <vector>

#include "window/window.h"

namespace tangram::window::baseline {

// A speed by share of a GPU's compute: linear from (0, 0) through the points, level after the last
// and wherever a point lies below an earlier one.
class ShareCurve {
public:
    // `share` in (0, 1], `speed` >= 0; of equal shares the larger speed counts.
    void add(Share share, std::int64_t speed);
    [[nodiscard]] std::int64_t at(Share share) const;

private:
    struct Point {
        std::int64_t share = 0;
        std::int64_t speed = 0;
    };
    std::vector<Point> points_;  // by share, strictly; speeds do not fall
};

// Compute slices of the profile over those of its GPU; 1 where they are unknown.
[[nodiscard]] Share compute_share(const Window& window, KindId kind, gpu::ProfileId profile);

// The tenant's capacity (Rate, as a count) by share of one GPU of the kind.
[[nodiscard]] ShareCurve capacity_curve(const Window& window, KindId kind, const Tenant& tenant);

// One way to retrain, on any share: retrainings of one name, kind and accuracy together.
inline constexpr std::int64_t kRetrainingWork = 1'000'000'000;
struct ShareRetraining {
    KindId kind;
    Share accuracy;
    ShareCurve speed;  // work per slot; a retraining is kRetrainingWork
};
[[nodiscard]] std::vector<ShareRetraining> share_retrainings(const Window& window,
                                                             const Tenant& tenant);
// The retraining that runs at the start, if there is one: as fast as its profile at that share.
[[nodiscard]] std::vector<ShareRetraining> share_ongoing(const Window& window, TenantId tenant);

}  // namespace tangram::window::baseline
