// A bound for any number of GPUs if switching were free, from prices of instances per slot
// (Lagrange; ours). GPUs are let out at these prices; every tenant takes what is best for it:
//   bound = sum over slots and GPUs of the dearest layout's price
//         + sum over tenants of max over plans of (goodput - price of what it holds),
// which holds for any prices >= 0. A plan is a retraining, or none, with its start; in every other
// respect slots are independent. Prices are improved by subgradient steps. Exact integers.
#pragma once

#include "window/baseline/effort.h"
#include "window/window.h"

namespace tangram::window::baseline {

// O(rounds x tenants x slots x accuracies x covers of a load). Ends early with `effort`, but not
// before the first round.
[[nodiscard]] Goodput bound_by_prices(const Window& window, Effort& effort);

}  // namespace tangram::window::baseline
