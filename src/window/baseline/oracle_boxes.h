// The oracle for one GPU: the most goodput if switching were free, by a search over boxes of plans
// (best first; ours). A plan says of every tenant which retraining it takes, if any, and when; the
// slots are then worth what free_slots.h says. A box leaves starts open within intervals: its
// bound takes the better model from the earliest end on and the instance from the latest start to
// the earliest end only.
#pragma once

#include <optional>

#include "window/baseline/effort.h"
#include "window/evaluate.h"

namespace tangram::window::baseline {

struct FreeSwitching {
    Goodput bound;          // no schedule is worth more
    Evaluation evaluation;  // of the best plan found, slot by slot
};
// Nothing where there are too many ways to deal a layout out (many tenants). Ends with `effort`, or
// when its own budget is spent; then the bound is of what is left open.
[[nodiscard]] std::optional<FreeSwitching> search_boxes(const Window& window, Effort& effort);

}  // namespace tangram::window::baseline
