// Where a course better than the best plan found may lead: what a sweep says of every cell, slot
// and state of a half, so that the next one need not look elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "window/exact/cells.h"
#include "window/exact/rewards.h"
#include "window/exact/space.h"

namespace tangram::window::exact {

// Some states of a half with certain holds, ascending.
using States = std::vector<std::uint16_t>;

// Of a cell in a slot; nothing if either is empty. What is on the whole GPU is left at {0}.
struct UsefulStates {
    States left, right;
    [[nodiscard]] bool any() const { return !left.empty() && !right.empty(); }
};
struct Useful {
    Value least = kNever;  // for courses worth more than this; kNever: everything is of use
    // By slot. Cells that are absent are of no use.
    std::map<CellKey, std::vector<UsefulStates>> cells;
    [[nodiscard]] bool everything() const { return least == kNever; }
};

// The same for warm-ups cut less: states that look like useful ones with warm-ups cut to those of
// `shorter`.
[[nodiscard]] Useful lengthened(const Useful& useful, Space& shorter, Space& longer);

// The same for one plan: what it cannot pass through is left out.
[[nodiscard]] Useful along(const Plan& plan, const Plans& plans, const Useful& useful);

}  // namespace tangram::window::exact
