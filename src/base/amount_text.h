// Quantities as people read them: exact decimals of the integers behind them, without trailing
// zeros and without the unit ("83.5", "0.001", "-2"). Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "base/quantity.h"

namespace tangram {

// count / 10^digits, e.g. decimal_text(83500, 3) = "83.5". 0 <= digits <= 18.
[[nodiscard]] std::string decimal_text(std::int64_t count, int digits);

[[nodiscard]] std::string rps_text(Rate rate);         // requests per second
[[nodiscard]] std::string ms_text(Duration duration);  // milliseconds
[[nodiscard]] std::string cost_text(Cost cost);        // the user's cost units
[[nodiscard]] std::string share_text(Share share);     // a fraction: 1 is all

}  // namespace tangram
