// How long a retraining takes on a slice, from runs of a few epochs that were timed.
//
//   time(k) = epoch x (setup + k)      setup: what starting costs, in epochs
//
// fitted by weighted least squares on relative errors; one timed run tells epoch and setup apart
// only with the help of earlier retrainings. On another profile everything takes longer by a ratio
// of speeds, which has an error of its own.
// Source: ours.
#pragma once

#include <span>
#include <vector>

#include "base/quantity.h"

namespace tangram::window::predict {

struct TimedRun {
    int epochs = 0;  // > 0
    Duration time{};
};

// Of earlier retrainings of this kind: mean and standard deviation, in epochs.
struct SetupHistory {
    double setup_epochs = 1.5, setup_deviation_epochs = 1.0;
};

// Of retrainings that are over, from the first and the last of the runs of each, in order of
// epochs; those with one run do not count, and with fewer than three that do, it is the default.
[[nodiscard]] SetupHistory setup_history(std::span<const std::vector<TimedRun>> past);

// Speed where it was timed over speed where it will run.
struct Slowdown {
    double ratio = 1;
    double deviation_share = 0;  // of the ratio
};

struct DurationRange {
    Duration expected{}, low{}, high{};  // nine of ten lie within
};
// CHECKs that something was timed, and that epochs and times are more than 0.
[[nodiscard]] DurationRange predict_duration(std::span<const TimedRun> timed, int epochs,
                                             const SetupHistory& history,
                                             const Slowdown& slowdown = {});

// Slots a retraining of that length occupies: rounded up, at least 1.
[[nodiscard]] int slots_of(Duration time, Duration slot);

}  // namespace tangram::window::predict
