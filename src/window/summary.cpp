#include "window/summary.h"

#include <cmath>
#include <cstdint>

#include "base/check.h"

namespace tangram::window {

Summary summarise(const Window& window, const Evaluation& evaluation) {
    CHECK(evaluation.tenants.size() == window.tenants.size());
    Summary summary;
    // No overflow: a window's requests, weighed with an accuracy of 1, fit Goodput.
    std::int64_t asked = 0;
    std::int64_t served = 0;
    for (const TenantId id : window.tenants.ids()) {
        const TenantAccount& account = evaluation.tenants[id];
        for (const Rate rate : window.tenants[id].rates) asked += rate.count();
        for (const Rate rate : account.served) served += rate.count();
        for (std::size_t t = 0; t < account.accuracy.size(); ++t) {
            const Share before = t > 0 ? account.accuracy[t - 1] : window.tenants[id].accuracy;
            if (account.accuracy[t] > before) ++summary.retrained;
        }
        summary.switching_slots += account.switching_slots;
        summary.switching_loss += account.switching_loss;
    }
    summary.served = Share{asked > 0 ? served * kSharePerOne / asked : kSharePerOne};
    summary.accuracy = Share{served > 0 ? evaluation.goodput.count() / served : 0};
    return summary;
}

Switching split_switching(const Switching& switching, Duration slot, int switching_slots) {
    const auto whole = static_cast<double>(switching.sum().count());
    const double lost = static_cast<double>(slot.count()) * switching_slots;
    const auto part = [&](Duration of) {
        return Duration{whole > 0 ? std::llround(lost * static_cast<double>(of.count()) / whole)
                                  : 0};
    };
    return {part(switching.drain), part(switching.destroy), part(switching.create),
            part(switching.load), part(switching.first_inference)};
}

}  // namespace tangram::window
