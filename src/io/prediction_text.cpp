#include "io/prediction_text.h"

#include <fmt/format.h>

#include "base/amount_text.h"

namespace tangram::io {

std::string prediction_text(const window::predict::Prediction& prediction) {
    const auto& [expected, low, high] = prediction.accuracy;
    const auto& [time, shortest, longest] = prediction.duration;
    return fmt::format(
        "{{\"epochs\": {}, \"accuracy\": {}, \"accuracy_low\": {}, \"accuracy_high\": {}, "
        "\"seconds\": {}, \"seconds_low\": {}, \"seconds_high\": {}}}",
        prediction.epochs, share_text(expected), share_text(low), share_text(high),
        decimal_text(time.count(), 9), decimal_text(shortest.count(), 9),
        decimal_text(longest.count(), 9));
}

}  // namespace tangram::io
