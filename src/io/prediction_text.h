// A predicted retraining as JSON: what to expect, and between what nine of ten lie.
#pragma once

#include <string>

#include "window/predict/prediction.h"

namespace tangram::io {

// {"epochs": 15, "accuracy": 0.86, "accuracy_low": ..., "seconds": 71.2, "seconds_low": ...}
[[nodiscard]] std::string prediction_text(const window::predict::Prediction& prediction);

}  // namespace tangram::io
