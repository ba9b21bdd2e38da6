#include "window/scenario.h"

#include <utility>

#include "base/check.h"

namespace tangram::window {

int warm_up_slots(const Switching& switching, Duration slot) {
    CHECK(slot.count() > 0);
    return static_cast<int>((switching.sum() + slot - Duration{1}) / slot);
}

Window window_of(const Scenario& scenario, std::size_t index,
                 const IdVector<TenantId, Share>& accuracy, std::vector<Running> running) {
    CHECK(index < static_cast<std::size_t>(scenario.windows));
    CHECK(accuracy.size() == scenario.tenants.size());
    Window window{.catalogue = scenario.catalogue,
                  .rules = scenario.rules,
                  .kinds = scenario.kinds,
                  .gpus = scenario.gpus,
                  .tenants = {},
                  .slots = scenario.window_slots,
                  .slot = scenario.slot,
                  .running = std::move(running)};
    const auto slots = static_cast<std::size_t>(scenario.window_slots);
    for (const TenantId id : scenario.tenants.ids()) {
        const ScenarioTenant& tenant = scenario.tenants[id];
        const auto begin = tenant.rates.begin() + static_cast<std::ptrdiff_t>(index * slots);
        window.tenants.push_back({.name = tenant.name,
                                  .rates = {begin, begin + static_cast<std::ptrdiff_t>(slots)},
                                  .capacity = tenant.capacity,
                                  .warm_up = warm_up_slots(tenant.switching, scenario.slot),
                                  .accuracy = accuracy[id],
                                  .retrainings = tenant.episodes[index].retrainings,
                                  .floor = tenant.floor});
    }
    return window;
}

Window first_window(const Scenario& scenario) {
    IdVector<TenantId, Share> accuracy;
    for (const ScenarioTenant& tenant : scenario.tenants) accuracy.push_back(tenant.accuracy);
    return window_of(scenario, 0, accuracy, scenario.running);
}

}  // namespace tangram::window
