// The part of a question that its prices leave: covers and cuts whose reduced cost is small.
//
// With prices that prove the bound L, an answer that uses a cover or a cut of reduced cost d
// restarts at least L + d. What exceeds a known answer can be left out without losing a better one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "planner/close/columns.h"

namespace tangram::planner::close {

struct Reach {
    double restart = 0;      // reduced costs up to this, in weight units
    std::size_t covers = 0;  // of each service at most
    std::size_t cuts = 0;    // of each class at most
    // Services and classes on which relaxation and start agree stay as they are; without a start
    // those of which the relaxation takes no fractions.
    bool settle = false;
    std::int64_t free_per_thousand = 0;  // of those, chosen at random, do not
    std::uint64_t seed = 1;
};

struct Core {
    Question question;
    // False: something within reach is missing.
    bool complete = true;
};

// `start` (may be null) stays expressible.
[[nodiscard]] Core core_of(const Question& question, const Relaxed& relaxed, const Counts* start,
                           const Reach& reach);

}  // namespace tangram::planner::close
