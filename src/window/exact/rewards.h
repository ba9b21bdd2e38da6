// What a slot is worth, as 32-bit fixed point rounded up, so that sums never fall below the truth.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "window/window.h"

namespace tangram::window::exact {

using Value = std::int32_t;
inline constexpr Value kNever =
    -2'000'000'000;                          // of states that cannot be; any reward keeps it < 0
inline constexpr Value kValueMax = 1 << 30;  // of a whole window

// What one served request of each tenant is worth, in millionths: the accuracy of its model, and
// what a floor adds.
using Weights = std::vector<std::int64_t>;

// sum over tenants of weight x min(rate, capacity), in units of Goodput.
[[nodiscard]] std::int64_t units(const Window& window, int slot, const Weights& weights,
                                 std::span<const std::int64_t> capacity);

class Rewards {
public:
    // `total` > 0: no schedule is worth more, under any weights that will be asked for.
    Rewards(const Window& window, std::int64_t total);

    // What serving with both capacities is worth, in fixed point.
    [[nodiscard]] Value of(int slot, const Weights& weights, std::span<const std::int64_t> left,
                           std::span<const std::int64_t> right) const;
    // The same of `left` with each of many others, given by tenant and then by class.
    void of_all(int slot, const Weights& weights, std::span<const std::int64_t> left,
                std::span<const std::vector<double>> right, std::span<Value> out) const;
    // The most units a value stands for.
    [[nodiscard]] std::int64_t units_of(std::int64_t value) const;
    [[nodiscard]] double scale() const { return scale_; }

private:
    const Window& window_;
    double scale_;  // value = units x scale
};

}  // namespace tangram::window::exact
