#include "io/decimal.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/check.h"

namespace tangram::io {
namespace {

// Beyond this an exponent shifts every digit out of 64 bits or past every decimal we keep, unless
// the text has as many digits; capping it keeps the arithmetic small.
constexpr std::int64_t kExponentMax = 2'000'000'000;

struct Parts {
    bool negative = false;
    std::string_view whole;
    std::string_view fraction;
    std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
    const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, length);
    text.remove_prefix(length);
    return digits;
}

bool take_one_of(std::string_view& text, std::string_view characters, char& taken) {
    if (text.empty() || characters.find(text.front()) == std::string_view::npos) return false;
    taken = text.front();
    text.remove_prefix(1);
    return true;
}

std::optional<Parts> split(std::string_view text) {
    Parts parts;
    char taken = '+';
    take_one_of(text, "+-", taken);
    parts.negative = taken == '-';
    parts.whole = take_digits(text);
    if (take_one_of(text, ".", taken)) parts.fraction = take_digits(text);
    if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
    if (take_one_of(text, "eE", taken)) {
        char sign = '+';
        take_one_of(text, "+-", sign);
        const std::string_view digits = take_digits(text);
        if (digits.empty()) return std::nullopt;
        for (const char digit : digits) {
            parts.exponent = std::min(parts.exponent * 10 + (digit - '0'), kExponentMax);
        }
        if (sign == '-') parts.exponent = -parts.exponent;
    }
    return text.empty() ? std::optional(parts) : std::nullopt;
}

// value x 10^digits = magnitude + a rest in [0, 1), `exact` if the rest is 0.
struct Magnitude {
    std::uint64_t value = 0;
    bool exact = true;
    bool too_large = false;
};

Magnitude shifted(const Parts& parts, int digits) {
    // The decimal point stands `point` digits into whole + fraction.
    const std::int64_t point =
        static_cast<std::int64_t>(parts.whole.size()) + parts.exponent + digits;
    const std::size_t length = parts.whole.size() + parts.fraction.size();
    Magnitude result;
    for (std::size_t i = 0; i < length; ++i) {
        const char digit =
            i < parts.whole.size() ? parts.whole[i] : parts.fraction[i - parts.whole.size()];
        if (static_cast<std::int64_t>(i) >= point) {
            result.exact = result.exact && digit == '0';
            continue;
        }
        // 2^63 / 10 rounded down: above it, the next digit leaves 64 signed bits.
        if (result.value > std::numeric_limits<std::int64_t>::max() / 10) {
            result.too_large = true;
            return result;
        }
        result.value = result.value * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    for (auto i = static_cast<std::int64_t>(length); i < point && result.value != 0; ++i) {
        if (result.value > std::numeric_limits<std::int64_t>::max() / 10) {
            result.too_large = true;
            return result;
        }
        result.value *= 10;
    }
    return result;
}

}  // namespace

bool is_decimal(std::string_view text) { return split(text).has_value(); }

Decimal parse_decimal(std::string_view text, int digits, Rounding rounding) {
    CHECK(digits >= 0 && digits <= 18);
    const std::optional<Parts> parts = split(text);
    if (!parts) return {0, DecimalFault::kNotANumber};
    Magnitude magnitude = shifted(*parts, digits);
    if (!magnitude.exact && rounding == Rounding::kExact) return {0, DecimalFault::kTooPrecise};
    const bool away_from_zero = (rounding == Rounding::kUp) != parts->negative;
    if (!magnitude.exact && away_from_zero) ++magnitude.value;
    if (magnitude.too_large || magnitude.value > std::numeric_limits<std::int64_t>::max()) {
        return {0, DecimalFault::kTooLarge};
    }
    const auto count = static_cast<std::int64_t>(magnitude.value);
    return {parts->negative ? -count : count, std::nullopt};
}

}  // namespace tangram::io
