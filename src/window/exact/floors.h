// Floors by prices: a served request of a tenant whose floor is missed is worth more than its
// accuracy, until the floor is kept. Every price gives a bound:
//   goodput <= value with prices - sum over tenants of price x requests its floor asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "window/engine.h"
#include "window/exact/rewards.h"

namespace tangram::window::exact {

// The best schedule found for some prices, and what no schedule exceeds.
struct Priced {
    std::optional<Schedule> schedule;
    std::int64_t bound = 0;  // units, the prices included
    std::string stop_reason;
    std::uint64_t work = 0;
};

struct Floored {
    std::optional<Schedule> schedule;  // the best that keeps the floors, or else misses least
    Evaluation evaluation;             // of it
    std::int64_t bound = 0;            // units, without prices
    std::string stop_reason;
    std::string note;  // names the tenants whose floors are missed
    std::uint64_t work = 0;
};

// `solve` is called once if no floor is missed without prices, and at most 16 times.
[[nodiscard]] Result<Floored> keep_floors(
    const Window& window, const std::function<Result<Priced>(const Weights& prices)>& solve);

}  // namespace tangram::window::exact
