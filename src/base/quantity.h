// Quantities with units, as exact integers. Construction is explicit, so a rate cannot be passed
// where a cost is expected. Time is std::chrono::nanoseconds (Duration below).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace tangram {

template <typename Unit>
class Quantity {
public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(std::int64_t count) : count_(count) {}

    [[nodiscard]] constexpr std::int64_t count() const { return count_; }

    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) {
        return Quantity{a.count_ + b.count_};
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) {
        return Quantity{a.count_ - b.count_};
    }
    friend constexpr Quantity operator*(Quantity a, std::int64_t n) {
        return Quantity{a.count_ * n};
    }
    constexpr Quantity& operator+=(Quantity other) {
        count_ += other.count_;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other) {
        count_ -= other.count_;
        return *this;
    }

private:
    std::int64_t count_ = 0;
};

// Requests per second, counted in thousandths: rates, throughputs and capacities.
using Rate = Quantity<struct RateUnit>;
inline constexpr std::int64_t kRatePerRps = 1'000;
[[nodiscard]] constexpr double requests_per_second(Rate rate) {
    return static_cast<double>(rate.count()) / static_cast<double>(kRatePerRps);
}

// Cost, counted in millionths of the user's cost unit (by default one GPU costs 1).
using Cost = Quantity<struct CostUnit>;
inline constexpr std::int64_t kCostPerUnit = 1'000'000;
[[nodiscard]] constexpr double cost_units(Cost cost) {
    return static_cast<double>(cost.count()) / static_cast<double>(kCostPerUnit);
}

// Memory in MiB, as drivers report it.
using Mebibytes = Quantity<struct MebibyteUnit>;

// A share, counted in millionths: utilisation limits, survival shares.
using Share = Quantity<struct ShareUnit>;
inline constexpr std::int64_t kSharePerOne = 1'000'000;

using Duration = std::chrono::nanoseconds;
[[nodiscard]] constexpr double milliseconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1e6;
}

}  // namespace tangram
