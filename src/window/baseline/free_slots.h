// What a slot on one GPU is worth if switching is free: the best layout, dealt out best, for every
// slot by itself. Exact; ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "window/baseline/effort.h"
#include "window/window.h"

namespace tangram::window::baseline {

// What matters of a tenant in a slot: the profile on which it retrains (invalid: it does not) and
// the accuracy of its model.
using Condition = std::pair<gpu::ProfileId, Share>;
using Conditions = std::vector<Condition>;  // by tenant

class FreeSlots {
public:
    // For windows with one GPU.
    FreeSlots(const Window& window, Effort& effort);

    // False where there are too many ways to deal a layout out; then nothing else may be asked.
    [[nodiscard]] bool manageable();

    // sums[t]: the goodput of slots [0, t) under these conditions; empty if no layout holds all the
    // instances that retrain. Valid until the next call. O(slots x ways to deal x tenants), once.
    [[nodiscard]] const std::vector<std::int64_t>& sums(const Conditions& conditions);
    // Each tenant's capacity in one slot of them.
    [[nodiscard]] std::vector<Rate> capacity(const Conditions& conditions, int slot);

private:
    using Capacities = std::vector<std::vector<std::int64_t>>;  // of tenants; none dominated
    const Capacities& ways(const Conditions& conditions);

    const Window& window_;
    Effort& effort_;
    std::vector<std::vector<int>> partitions_;  // counts by profile
    std::map<std::vector<gpu::ProfileId>, Capacities> ways_;
    std::map<Conditions, std::vector<std::int64_t>> sums_;
};

}  // namespace tangram::window::baseline
