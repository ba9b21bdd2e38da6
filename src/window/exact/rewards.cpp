#include "window/exact/rewards.h"

#include <algorithm>

#include "base/check.h"

namespace tangram::window::exact {
Rewards::Rewards(const Window& window, std::int64_t total)
    : window_(window), scale_(std::min(1.0, kValueMax / static_cast<double>(total))) {
    CHECK(total > 0);
}

std::int64_t units(const Window& window, int slot, const Weights& weights,
                   std::span<const std::int64_t> capacity) {
    std::int64_t sum = 0;
    for (const TenantId id : window.tenants.ids()) {
        const std::int64_t rate = window.tenants[id].rates[static_cast<std::size_t>(slot)].count();
        sum += weights[id.index()] * std::min(rate, capacity[id.index()]);
    }
    return sum;
}

// Sums of integers below 2^53 are exact in doubles; beyond, the product with the scale is still off
// by far less than the 1 that is added. The order of operations is the same in both functions.
Value Rewards::of(int slot, const Weights& weights, std::span<const std::int64_t> left,
                  std::span<const std::int64_t> right) const {
    double sum = 0;
    for (const TenantId id : window_.tenants.ids()) {
        const std::size_t i = id.index();
        const std::int64_t rate = window_.tenants[id].rates[static_cast<std::size_t>(slot)].count();
        sum += static_cast<double>(weights[i]) *
               static_cast<double>(std::min(rate, left[i] + right[i]));
    }
    return sum > 0 ? static_cast<Value>(sum * scale_) + 1 : 0;
}

void Rewards::of_all(int slot, const Weights& weights, std::span<const std::int64_t> left,
                     std::span<const std::vector<double>> right, std::span<Value> out) const {
    std::vector<double> sums(out.size());
    for (const TenantId id : window_.tenants.ids()) {
        const std::size_t i = id.index();
        const auto weight = static_cast<double>(weights[i]);
        const auto rate =
            static_cast<double>(window_.tenants[id].rates[static_cast<std::size_t>(slot)].count());
        const auto own = static_cast<double>(left[i]);
        const double* other = right[i].data();
        for (std::size_t k = 0; k < sums.size(); ++k) {
            sums[k] += weight * std::min(rate, own + other[k]);
        }
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
        out[k] = sums[k] > 0 ? static_cast<Value>(sums[k] * scale_) + 1 : 0;
    }
}

std::int64_t Rewards::units_of(std::int64_t value) const {
    if (value <= 0) return 0;
    // One more than the quotient covers what doubles lose below 2^53 units.
    const double units = static_cast<double>(value) / scale_;
    return static_cast<std::int64_t>(units * (1 + 1e-15)) + 1;
}

}  // namespace tangram::window::exact
