#include "base/amount_text.h"

#include <fmt/format.h>

#include "base/check.h"

namespace tangram {

std::string decimal_text(std::int64_t count, int digits) {
    CHECK(digits >= 0 && digits <= 18, std::to_string(digits));
    std::uint64_t unit = 1;
    for (int i = 0; i < digits; ++i) unit *= 10;
    // Negation in unsigned arithmetic is defined for every value.
    const std::uint64_t magnitude =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    std::string text = fmt::format("{}{}", count < 0 ? "-" : "", magnitude / unit);
    if (magnitude % unit == 0) return text;
    text += fmt::format(".{:0{}}", magnitude % unit, digits);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

std::string rps_text(Rate rate) { return decimal_text(rate.count(), 3); }
std::string ms_text(Duration duration) { return decimal_text(duration.count(), 6); }
std::string cost_text(Cost cost) { return decimal_text(cost.count(), 6); }
std::string share_text(Share share) { return decimal_text(share.count(), 6); }

}  // namespace tangram
