#include "window/window.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"

namespace tangram::window {
namespace {

constexpr std::int64_t kGoodputMax = std::numeric_limits<std::int64_t>::max();

bool is_share(Share share) { return share.count() >= 0 && share.count() <= kSharePerOne; }
bool is_rate(Rate rate) { return rate.count() >= 0 && rate <= kRateMax; }

template <typename IdType, typename T>
bool has(const IdVector<IdType, T>& items, IdType id) {
    return id.valid() && id.index() < items.size();
}

Error wrong(const std::string& who, const std::string& what) {
    return invalid_input(who + ": " + what);
}

Result<void> check_sizes(const Window& window) {
    if (window.catalogue == nullptr) return invalid_input("a window needs a catalogue");
    if (window.slots < 1 || window.slots > kSlotsMax) {
        return invalid_input("a window has 1 to " + std::to_string(kSlotsMax) + " slots, not " +
                             std::to_string(window.slots));
    }
    if (window.slot <= Duration{}) return invalid_input("a slot must last longer than 0");
    if (window.gpus.empty() || window.gpus.size() > kWindowGpusMax) {
        return invalid_input("a window has 1 to " + std::to_string(kWindowGpusMax) + " GPUs, not " +
                             std::to_string(window.gpus.size()));
    }
    if (window.tenants.empty() || window.tenants.size() > kTenantsMax) {
        return invalid_input("a window has 1 to " + std::to_string(kTenantsMax) + " tenants, not " +
                             std::to_string(window.tenants.size()));
    }
    return {};
}

Result<void> check_gpus(const Window& window) {
    for (const gpu::GpuModelId model : window.kinds) {
        if (!has(window.catalogue->models(), model)) {
            return invalid_input("a kind of GPU is of no model of the catalogue");
        }
        if (!window.catalogue->model(model).geometry_known()) {
            return invalid_input("no placements are published for " +
                                 window.catalogue->model(model).name);
        }
    }
    for (const Gpu& gpu : window.gpus) {
        if (!has(window.kinds, gpu.kind)) return wrong("GPU " + gpu.id, "there is no such kind");
    }
    return {};
}

Result<void> check_retraining(const Window& window, const Tenant& tenant,
                              const Retraining& retraining) {
    const std::string who = "tenant " + tenant.name + ", retraining " + retraining.name;
    if (!has(window.kinds, retraining.kind)) return wrong(who, "there is no such kind of GPU");
    const gpu::GpuModel& model = window.model(retraining.kind);
    if (!has(model.profiles, retraining.profile) ||
        model.profiles[retraining.profile].starts.empty()) {
        return wrong(who, model.name + " has no room for its profile");
    }
    if (retraining.slots < 1 || retraining.slots > kSlotsMax) {
        return wrong(who, "takes 1 to " + std::to_string(kSlotsMax) + " slots");
    }
    if (!is_share(retraining.accuracy)) return wrong(who, "its accuracy must be within [0, 1]");
    return {};
}

Result<void> check_tenant(const Window& window, const Tenant& tenant) {
    const std::string who = "tenant " + tenant.name;
    if (tenant.rates.size() != static_cast<std::size_t>(window.slots)) {
        return wrong(who, "needs one rate per slot");
    }
    if (!std::ranges::all_of(tenant.rates, is_rate)) return wrong(who, "a rate is out of range");
    if (tenant.capacity.size() != window.kinds.size()) {
        return wrong(who, "needs capacities for every kind of GPU");
    }
    for (const KindId kind : window.kinds.ids()) {
        const auto& capacity = tenant.capacity[kind];
        if (capacity.size() != window.model(kind).profiles.size()) {
            return wrong(who, "needs a capacity for every profile of " + window.model(kind).name);
        }
        if (!std::ranges::all_of(capacity, is_rate))
            return wrong(who, "a capacity is out of range");
    }
    if (tenant.warm_up < 0 || tenant.warm_up > kSlotsMax) {
        return wrong(who, "its warm-up must be 0 to " + std::to_string(kSlotsMax) + " slots");
    }
    if (!is_share(tenant.accuracy)) return wrong(who, "its accuracy must be within [0, 1]");
    if (!is_share(tenant.floor)) return wrong(who, "its floor must be within [0, 1]");
    for (const Retraining& retraining : tenant.retrainings) {
        if (Result<void> right = check_retraining(window, tenant, retraining); !right) return right;
    }
    return {};
}

Result<void> check_running(const Window& window) {
    IdVector<GpuId, std::vector<gpu::Placement>> placements(window.gpus.size());
    IdVector<TenantId, bool> retrains(window.tenants.size(), false);
    for (std::size_t i = 0; i < window.running.size(); ++i) {
        const Running& running = window.running[i];
        const std::string who = "running instance " + std::to_string(i);
        if (!has(window.gpus, running.gpu)) return wrong(who, "there is no such GPU");
        if (!has(window.tenants, running.tenant)) return wrong(who, "there is no such tenant");
        const bool serving = running.activity == Activity::kServing;
        if (running.left < (serving ? 0 : 1) || running.left > (serving ? 0 : kSlotsMax)) {
            return wrong(who, serving ? "nothing is left to wait for of one that serves"
                                      : "1 to " + std::to_string(kSlotsMax) + " slots may be left");
        }
        placements[running.gpu].push_back(running.placement);
        if (running.activity != Activity::kRetraining) continue;
        if (!is_share(running.accuracy)) return wrong(who, "its accuracy must be within [0, 1]");
        if (retrains[running.tenant]) return wrong(who, "its tenant retrains already");
        retrains[running.tenant] = true;
    }
    for (const GpuId gpu : window.gpus.ids()) {
        const auto layout =
            gpu::Layout::make(window.model(gpu), window.rules, std::move(placements[gpu]));
        if (!layout) return wrong("what runs on GPU " + window.gpus[gpu].id, layout.error().text());
    }
    return {};
}

// Serving every request with perfect accuracy must not overflow.
Result<void> check_goodput(const Window& window) {
    std::int64_t left = kGoodputMax / kSharePerOne;
    for (const Tenant& tenant : window.tenants) {
        for (const Rate rate : tenant.rates) {
            if (rate.count() > left) {
                return invalid_input("the tenants ask for more requests than can be counted");
            }
            left -= rate.count();
        }
    }
    return {};
}

}  // namespace

Result<void> validate(const Window& window) {
    if (Result<void> right = check_sizes(window); !right) return right;
    if (Result<void> right = check_gpus(window); !right) return right;
    for (const Tenant& tenant : window.tenants) {
        if (Result<void> right = check_tenant(window, tenant); !right) return right;
    }
    if (Result<void> right = check_running(window); !right) return right;
    return check_goodput(window);
}

std::vector<gpu::ProfileId> profiles_in_use(const Window& window, KindId kind) {
    const gpu::GpuModel& model = window.model(kind);
    std::vector<gpu::ProfileId> profiles;
    for (const gpu::ProfileId profile : model.profiles.ids()) {
        const auto uses = [&](const Tenant& tenant) {
            return tenant.capacity[kind][profile] > Rate{} ||
                   std::ranges::any_of(tenant.retrainings, [&](const Retraining& retraining) {
                       return retraining.kind == kind && retraining.profile == profile;
                   });
        };
        const bool placeable = !model.profiles[profile].starts.empty();
        if (placeable && std::ranges::any_of(window.tenants, uses)) profiles.push_back(profile);
    }
    return profiles;
}

double accurate_requests(Goodput goodput, Duration slot) {
    constexpr double kPerRequest = static_cast<double>(kRatePerRps * kSharePerOne);
    return static_cast<double>(goodput.count()) / kPerRequest *
           std::chrono::duration<double>(slot).count();
}

}  // namespace tangram::window
