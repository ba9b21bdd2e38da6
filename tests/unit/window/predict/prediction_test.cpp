#include "window/predict/prediction.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tangram::window::predict {
namespace {

using std::chrono::seconds;

// Ten seconds of starting and five an epoch: forty epochs are far more than what was seen.
TEST(Prediction, FartherAheadIsLessCertain) {
    const std::vector<Checkpoint> measured = {{0, Share{600'000}}, {2, Share{750'000}}};
    const std::vector<TimedRun> timed = {{1, seconds(15)}, {2, seconds(20)}};
    const Prediction near = predict(3, measured, timed);
    const Prediction far = predict(40, measured, timed);
    EXPECT_EQ(far.epochs, 40);
    EXPECT_EQ(far.measured.size(), 2U);
    EXPECT_GT(far.accuracy.expected, near.accuracy.expected);
    EXPECT_NEAR(std::chrono::duration<double>(near.duration.expected).count(), 25, 2);
    for (const Prediction& one : {near, far}) {
        EXPECT_LT(one.accuracy.low, one.accuracy.expected);
        EXPECT_LT(one.accuracy.expected, one.accuracy.high);
        EXPECT_LT(one.duration.low, one.duration.expected);
        EXPECT_LT(one.duration.expected, one.duration.high);
    }
    EXPECT_LT(near.duration.high - near.duration.low, far.duration.high - far.duration.low);
}

}  // namespace
}  // namespace tangram::window::predict
