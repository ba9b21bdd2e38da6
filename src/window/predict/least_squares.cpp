#include "window/predict/least_squares.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace tangram::window::predict {

double Fit::deviation(double of_p, double of_q) const {
    const double variance =
        variance_p * of_p * of_p + 2 * covariance * of_p * of_q + variance_q * of_q * of_q;
    return std::sqrt(std::max(0.0, variance));
}

Fit fit(std::span<const Row> rows) {
    double pp = 0, pq = 0, qq = 0, py = 0, qy = 0;
    for (const Row& row : rows) {
        CHECK(row.deviation > 0);
        const double weight = 1 / (row.deviation * row.deviation);
        pp += weight * row.of_p * row.of_p;
        pq += weight * row.of_p * row.of_q;
        qq += weight * row.of_q * row.of_q;
        py += weight * row.of_p * row.value;
        qy += weight * row.of_q * row.value;
    }
    const double determinant = pp * qq - pq * pq;
    CHECK(determinant > 0);
    return {.p = (qq * py - pq * qy) / determinant,
            .q = (pp * qy - pq * py) / determinant,
            .variance_p = qq / determinant,
            .variance_q = pp / determinant,
            .covariance = -pq / determinant};
}

}  // namespace tangram::window::predict
