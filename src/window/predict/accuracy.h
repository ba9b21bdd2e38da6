// How good a model will be after so many epochs of retraining, from a few that were measured.
//
//   accuracy(k) = limit - gain / (1 + k)^2      after k epochs; k = 0: before retraining
//
// fitted by weighted least squares, with what earlier retrainings showed as two more rows: limit
// and gain, each with its spread. A measured accuracy counts the more the later it is: the curve's
// shape is least true in the beginning. Shape and spreads were chosen on 312 real retrainings
// (docs/design/0012-rolling-windows.md): exponents 1, 2 and 4, mixtures of them and exponential
// curves differ by less than 0.003 in mean error.
// Source: curves of this kind are what Ekya's micro-profiler fits (NSDI 2022); fit, weights and
// intervals are ours.
#pragma once

#include <span>
#include <vector>

#include "base/quantity.h"

namespace tangram::window::predict {

struct Checkpoint {
    int epochs = 0;  // 0: before retraining
    Share accuracy;
};

// What earlier retrainings of this kind showed: means and standard deviations.
struct AccuracyHistory {
    double limit_share = 0.85, limit_deviation_share = 0.15;
    double gain_share = 0.10, gain_deviation_share = 0.15;
};

// Of retrainings that are over, each with its checkpoints in order; those with one checkpoint do
// not count, and with fewer than three that do, it is the default.
[[nodiscard]] AccuracyHistory accuracy_history(std::span<const std::vector<Checkpoint>> past);

// Nine of ten lie within low and high, if the history is one of the same kind.
struct AccuracyRange {
    Share expected, low, high;
};
// `measured` may be empty. CHECKs that epochs are not negative.
[[nodiscard]] AccuracyRange predict_accuracy(std::span<const Checkpoint> measured, int epochs,
                                             const AccuracyHistory& history);

}  // namespace tangram::window::predict
