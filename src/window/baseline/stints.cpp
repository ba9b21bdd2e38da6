#include "window/baseline/stints.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tangram::window::baseline {

std::optional<std::size_t> Stints::running_at_start(GpuId gpu, gpu::Placement placement,
                                                    TenantId tenant) const {
    for (std::size_t i = 0; i < window_.running.size(); ++i) {
        const Running& there = window_.running[i];
        if (there.gpu == gpu && there.placement == placement && there.tenant == tenant &&
            there.activity != Activity::kRetraining) {
            return i;
        }
    }
    return std::nullopt;
}

int Stints::ready(GpuId gpu, gpu::Placement placement, TenantId tenant, int from) const {
    if (from == 0) {
        if (const auto there = running_at_start(gpu, placement, tenant)) {
            return window_.running[*there].left;
        }
    }
    return from + window_.tenants[tenant].warm_up;
}

void Stints::serve(GpuId gpu, gpu::Placement placement, TenantId tenant, int from, int until) {
    const int serves_from = ready(gpu, placement, tenant, from);
    if (serves_from >= until) return;
    schedule_.stints.push_back({.gpu = gpu,
                                .placement = placement,
                                .tenant = tenant,
                                .use = Use::kServe,
                                .from = from,
                                .ready = serves_from,
                                .until = until,
                                .retraining = {},
                                .running = {}});
    if (from == 0) schedule_.stints.back().running = running_at_start(gpu, placement, tenant);
}

void Stints::retrain(GpuId gpu, gpu::Placement placement, TenantId tenant, std::size_t choice,
                     int from) {
    const int until = from + window_.tenants[tenant].retrainings[choice].slots;
    CHECK(until <= window_.slots);
    schedule_.stints.push_back({.gpu = gpu,
                                .placement = placement,
                                .tenant = tenant,
                                .use = Use::kRetrain,
                                .from = from,
                                .ready = from,
                                .until = until,
                                .retraining = choice,
                                .running = {}});
}

Schedule Stints::finish() && {
    for (std::size_t i = 0; i < window_.running.size(); ++i) {
        const Running& there = window_.running[i];
        if (there.activity != Activity::kRetraining) continue;
        schedule_.stints.push_back({.gpu = there.gpu,
                                    .placement = there.placement,
                                    .tenant = there.tenant,
                                    .use = Use::kRetrain,
                                    .from = 0,
                                    .ready = 0,
                                    .until = std::min(there.left, window_.slots),
                                    .retraining = {},
                                    .running = i});
    }
    sort_stints(schedule_);
    return std::move(schedule_);
}

std::optional<Ongoing> ongoing_retraining(const Window& window, TenantId tenant) {
    for (const Running& there : window.running) {
        if (there.tenant == tenant && there.activity == Activity::kRetraining) {
            return Ongoing{there.gpu, there.placement, there.left, there.accuracy};
        }
    }
    return std::nullopt;
}

IdVector<GpuId, std::vector<Present>> present_at_start(const Window& window) {
    IdVector<GpuId, std::vector<Present>> present(window.gpus.size());
    for (const Running& there : window.running) {
        if (there.activity == Activity::kRetraining) continue;
        present[there.gpu].push_back({there.placement, there.tenant, there.left});
    }
    return present;
}

IdVector<KindId, std::vector<gpu::Layout>> layouts_of(const Window& window) {
    IdVector<KindId, std::vector<gpu::Layout>> layouts;
    for (const KindId kind : window.kinds.ids()) {
        std::vector<gpu::ProfileId> profiles = profiles_in_use(window, kind);
        for (const Running& there : window.running) {
            if (window.gpus[there.gpu].kind == kind) profiles.push_back(there.placement.profile);
        }
        std::ranges::sort(profiles);
        const auto repeated = std::ranges::unique(profiles);
        profiles.erase(repeated.begin(), repeated.end());
        layouts.push_back(gpu::maximal_layouts(window.model(kind), window.rules, profiles));
    }
    return layouts;
}

}  // namespace tangram::window::baseline
