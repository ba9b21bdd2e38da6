#include "window/idle.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace tangram::window {
namespace {

Rate capacity_of(const Window& window, const Stint& stint) {
    const KindId kind = window.gpus[stint.gpu].kind;
    return window.tenants[stint.tenant].capacity[kind][stint.placement.profile];
}

}  // namespace

Schedule without_idle(const Window& window, const Schedule& schedule) {
    IdVector<TenantId, std::vector<Rate>> capacity;
    for (std::size_t i = 0; i < window.tenants.size(); ++i) {
        capacity.push_back(std::vector<Rate>(static_cast<std::size_t>(window.slots)));
    }
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < schedule.stints.size(); ++i) {
        const Stint& stint = schedule.stints[i];
        if (stint.use != Use::kServe) continue;
        if (!stint.running) candidates.push_back(i);
        for (int slot = stint.ready; slot < stint.until; ++slot) {
            capacity[stint.tenant][static_cast<std::size_t>(slot)] += capacity_of(window, stint);
        }
    }
    std::ranges::sort(candidates, {}, [&](std::size_t i) {
        const Stint& stint = schedule.stints[i];
        return std::tuple{capacity_of(window, stint), stint.until - stint.ready, i};
    });
    std::vector<bool> dropped(schedule.stints.size());
    for (const std::size_t i : candidates) {
        const Stint& stint = schedule.stints[i];
        const Rate own = capacity_of(window, stint);
        const std::vector<Rate>& rates = window.tenants[stint.tenant].rates;
        std::vector<Rate>& all = capacity[stint.tenant];
        bool needed = false;
        for (auto slot = static_cast<std::size_t>(stint.ready);
             slot < static_cast<std::size_t>(stint.until) && !needed; ++slot) {
            needed = std::min(rates[slot], all[slot] - own) < std::min(rates[slot], all[slot]);
        }
        if (needed) continue;
        dropped[i] = true;
        for (int slot = stint.ready; slot < stint.until; ++slot) {
            all[static_cast<std::size_t>(slot)] -= own;
        }
    }
    Schedule kept;
    for (std::size_t i = 0; i < schedule.stints.size(); ++i) {
        if (!dropped[i]) kept.stints.push_back(schedule.stints[i]);
    }
    return kept;
}

}  // namespace tangram::window
