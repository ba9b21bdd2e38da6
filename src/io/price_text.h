// Prices as decimal text in cost units and back, without loss: a price is a whole number of
// 1/(840 x 10^6) cost units, so 12 decimals tell any two apart.
#pragma once

#include <string>

#include "io/object_reader.h"
#include "planner/outcome.h"

namespace tangram::io {

// Rounded to the nearest of 12 decimals, without trailing zeros.
[[nodiscard]] std::string price_text(planner::Price price);
// The price nearest to the number.
[[nodiscard]] planner::Price read_price(Value value, FirstError& error);

}  // namespace tangram::io
