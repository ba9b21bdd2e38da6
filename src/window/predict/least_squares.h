// Weighted least squares with two unknowns. What is known beforehand is a row like any other.
#pragma once

#include <span>

namespace tangram::window::predict {

// p * of_p + q * of_q = value, up to a normal error with this standard deviation (> 0).
struct Row {
    double of_p = 0, of_q = 0;
    double value = 0, deviation = 1;
};

struct Fit {
    double p = 0, q = 0;
    double variance_p = 0, variance_q = 0, covariance = 0;

    [[nodiscard]] double value(double of_p, double of_q) const { return p * of_p + q * of_q; }
    // Standard deviation of that value.
    [[nodiscard]] double deviation(double of_p, double of_q) const;
};

// CHECKs that the rows determine both unknowns.
[[nodiscard]] Fit fit(std::span<const Row> rows);

// 90 % of a normal distribution lie within so many standard deviations.
inline constexpr double kDeviationsOf90Percent = 1.6448536269514722;

}  // namespace tangram::window::predict
