// Decimal numbers read exactly: from text to a count of 10^-digits, never through a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tangram::io {

enum class Rounding {
    kDown,   // towards minus infinity
    kUp,     // towards plus infinity
    kExact,  // more decimals than `digits` are refused
};

enum class DecimalFault {
    kNotANumber,  // no decimal number: also "nan", "inf", "", "1,5", "0x10"
    kTooLarge,    // beyond 64 bits
    kTooPrecise,  // Rounding::kExact would lose something
};

struct Decimal {
    std::int64_t count = 0;  // value x 10^digits; 0 with a fault
    std::optional<DecimalFault> fault;
};

// [+-]digits[.digits][(e|E)[+-]digits], where digits may be missing on one side of the point:
// the decimal numbers of JSON, of YAML's core schema and of CSV.
[[nodiscard]] bool is_decimal(std::string_view text);

// parse_decimal("74.408", 3) is 74408. 0 <= digits <= 18. O(|text|).
[[nodiscard]] Decimal parse_decimal(std::string_view text, int digits,
                                    Rounding rounding = Rounding::kExact);

}  // namespace tangram::io
