// Goodput as decimal text in accurate requests and back, without loss: a count is 10^-9 requests
// times the seconds of a slot.
#pragma once

#include <string>

#include "io/object_reader.h"
#include "window/window.h"

namespace tangram::io {

// Exact, without trailing zeros.
[[nodiscard]] std::string goodput_text(window::Goodput goodput, Duration slot);
// Requests of a sum of rates, one per slot; exact.
[[nodiscard]] std::string requests_text(Rate summed, Duration slot);
// The goodput nearest to the number, which must not be negative.
[[nodiscard]] window::Goodput read_goodput(Value value, Duration slot, FirstError& error);

// (bound - goodput) / bound in millionths, rounded up, so that it is 0 only where nothing is
// missing; 0 where goodput >= bound.
[[nodiscard]] std::int64_t gap_millionths(window::Goodput goodput, window::Goodput bound);

}  // namespace tangram::io
