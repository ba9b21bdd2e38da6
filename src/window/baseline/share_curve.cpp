#include "window/baseline/share_curve.h"

#include <algorithm>
#include <optional>
#include <string>

#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

// Rounded up, so that the work is done after so many slots.
std::int64_t work_per_slot(int slots) { return (kRetrainingWork + slots - 1) / slots; }

}  // namespace

void ShareCurve::add(Share share, std::int64_t speed) {
    const auto place = std::ranges::lower_bound(points_, share.count(), {}, &Point::share);
    if (place != points_.end() && place->share == share.count()) {
        place->speed = std::max(place->speed, speed);
    } else {
        points_.insert(place, {share.count(), speed});
    }
    for (std::size_t i = 1; i < points_.size(); ++i) {
        points_[i].speed = std::max(points_[i].speed, points_[i - 1].speed);
    }
}

std::int64_t ShareCurve::at(Share share) const {
    Point before;
    for (const Point& point : points_) {
        if (share.count() < point.share) {
            return before.speed + (point.speed - before.speed) * (share.count() - before.share) /
                                      (point.share - before.share);
        }
        before = point;
    }
    return before.speed;
}

Share compute_share(const Window& window, KindId kind, gpu::ProfileId profile) {
    const gpu::GpuModel& model = window.model(kind);
    const int all = model.compute_slices.value_or(0);
    const int part = model.profiles[profile].compute_slices;
    if (part < 1 || part >= all) return Share{kSharePerOne};
    return Share{part * kSharePerOne / all};
}

ShareCurve capacity_curve(const Window& window, KindId kind, const Tenant& tenant) {
    ShareCurve curve;
    for (const gpu::ProfileId profile : tenant.capacity[kind].ids()) {
        const Rate capacity = tenant.capacity[kind][profile];
        if (capacity > Rate{}) curve.add(compute_share(window, kind, profile), capacity.count());
    }
    return curve;
}

std::vector<ShareRetraining> share_retrainings(const Window& window, const Tenant& tenant) {
    std::vector<ShareRetraining> ways;
    std::vector<std::string> names;
    for (const Retraining& retraining : tenant.retrainings) {
        std::size_t i = 0;
        while (i < ways.size() && (names[i] != retraining.name || ways[i].kind != retraining.kind ||
                                   ways[i].accuracy != retraining.accuracy)) {
            ++i;
        }
        if (i == ways.size()) {
            ways.push_back({retraining.kind, retraining.accuracy, {}});
            names.push_back(retraining.name);
        }
        ways[i].speed.add(compute_share(window, retraining.kind, retraining.profile),
                          work_per_slot(retraining.slots));
    }
    return ways;
}

std::vector<ShareRetraining> share_ongoing(const Window& window, TenantId tenant) {
    const std::optional<Ongoing> ongoing = ongoing_retraining(window, tenant);
    if (!ongoing) return {};
    const KindId kind = window.gpus[ongoing->gpu].kind;
    ShareRetraining way{kind, ongoing->accuracy, {}};
    way.speed.add(compute_share(window, kind, ongoing->placement.profile),
                  work_per_slot(ongoing->left));
    return {std::move(way)};
}

}  // namespace tangram::window::baseline
