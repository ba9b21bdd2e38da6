// The one source of randomness: xoshiro256** seeded by splitmix64, with integer and real draws of
// our own, so that a seed gives the same draws on every platform and standard library.
// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018).
// Not thread-safe: parallel work gets split() generators.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "base/check.h"

namespace tangram {

class Random {
public:
    explicit Random(std::uint64_t seed);

    // Uniform over all 64-bit values.
    std::uint64_t next();
    // Uniform in [0, bound); bound > 0. Unbiased (rejection).
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [low, high], both included.
    std::int64_t between(std::int64_t low, std::int64_t high);
    // Uniform in [0, 1), 53 bits.
    double unit();
    // Standard normal (Box-Muller, one of the pair is discarded so that draws stay countable).
    double normal();
    // A generator whose draws are independent of this one's; advances this one by one draw.
    Random split();

    template <typename T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(i)]);
        }
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace tangram
