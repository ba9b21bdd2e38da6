// Which steps precede which others, directly or not, for those that a condition asks about. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "transition/check/dag.h"

namespace tangram::transition::check_parts {

class BitMatrix {
public:
    BitMatrix() = default;
    BitMatrix(std::size_t rows, std::size_t columns)
        : words_((columns + 63) / 64), bits_(rows * words_, 0) {}
    [[nodiscard]] bool at(std::size_t row, std::size_t column) const {
        return ((bits_[row * words_ + column / 64] >> (column % 64)) & 1U) != 0;
    }
    void set(std::size_t row, std::size_t column) {
        bits_[row * words_ + column / 64] |= std::uint64_t{1} << (column % 64);
    }

private:
    std::size_t words_ = 0;
    std::vector<std::uint64_t> bits_;
};

// A question: which of `sources` end before which of `sinks` start, in every order?
struct ReachGroup {
    std::vector<StepId> sources;
    std::vector<StepId> sinks;
};

// Per group a matrix with a row for each sink and a column for each source. The graph must have no
// cycle. Sources of all groups are carried along the arcs 512 at a time, as bits:
// O(sources / 64 x (steps + arcs) + sum of sources x sinks).
[[nodiscard]] std::vector<BitMatrix> reach(const Dag& dag, std::span<const ReachGroup> groups);

}  // namespace tangram::transition::check_parts
