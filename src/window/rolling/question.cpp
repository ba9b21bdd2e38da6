#include "window/rolling/question.h"

#include <algorithm>
#include <span>
#include <utility>

namespace tangram::window::rolling {
namespace {

__extension__ using Wide = __int128;

Wide sum(std::span<const Rate> rates) {
    Wide total = 0;
    for (const Rate rate : rates) total += rate.count();
    return total;
}

// floor x (asked + to come) = served + share x to come, for the share; rounded up.
Share floor_of_rest(Share floor, Wide asked, Wide served, Wide to_come) {
    if (to_come == 0) return Share{};
    const Wide lacking = (asked + to_come) * floor.count() - served * kSharePerOne;
    const Wide share = (lacking + to_come - 1) / to_come;
    return Share{static_cast<std::int64_t>(std::clamp(share, Wide{0}, Wide{kSharePerOne}))};
}

}  // namespace

Window question(const Window& truth, const Window& believed, const Executor& executor,
                IdVector<TenantId, std::vector<Rate>> rates) {
    Window rest = believed;
    const auto over = static_cast<std::size_t>(executor.slot());
    rest.slots -= executor.slot();
    rest.running = executor.believed_running();
    const bool floors = std::ranges::any_of(
        truth.tenants, [](const Tenant& tenant) { return tenant.floor.count() > 0; });
    const Evaluation so_far = floors ? evaluate(truth, executor.executed()) : Evaluation{};
    for (const TenantId id : rest.tenants.ids()) {
        Tenant& tenant = rest.tenants[id];
        tenant.rates = std::move(rates[id]);
        tenant.accuracy = executor.accuracy(id);
        if (executor.has_begun(id)) tenant.retrainings.clear();
        if (tenant.floor.count() == 0) continue;
        const Wide asked = sum(std::span(truth.tenants[id].rates).first(over));
        const Wide served = sum(std::span(so_far.tenants[id].served).first(over));
        tenant.floor = floor_of_rest(tenant.floor, asked, served, sum(tenant.rates));
    }
    return rest;
}

}  // namespace tangram::window::rolling
