// How many random cases a test tries.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace tangram::test {

// `count` times the number in the environment variable TANGRAM_SOAK, say 20 or 0.25; at least 1.
[[nodiscard]] inline std::uint64_t soaked(std::uint64_t count) {
    const char* factor = std::getenv("TANGRAM_SOAK");
    if (factor == nullptr) return count;
    const double cases = std::strtod(factor, nullptr) * static_cast<double>(count);
    return static_cast<std::uint64_t>(std::max(1.0, cases));
}

}  // namespace tangram::test
