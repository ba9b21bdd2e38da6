// A retraining nobody has carried out to the end: what a few profiled epochs say of it.
#pragma once

#include <vector>

#include "window/predict/accuracy.h"
#include "window/predict/duration.h"

namespace tangram::window::predict {

struct Prediction {
    int epochs = 0;
    std::vector<Checkpoint> measured;  // in order of epochs
    std::vector<TimedRun> timed;       // on the profile it will run on, in order of epochs
    // After so many epochs; nine of ten lie within low and high.
    AccuracyRange accuracy;
    DurationRange duration;
};

// Without earlier retrainings to learn from. CHECKs that epochs > 0 and that something was timed.
[[nodiscard]] Prediction predict(int epochs, std::vector<Checkpoint> measured,
                                 std::vector<TimedRun> timed);

}  // namespace tangram::window::predict
