#include "window/baseline/paris.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "window/baseline/answer.h"
#include "window/baseline/cut.h"

namespace tangram::window::baseline {
namespace {

std::int64_t slices_of(const Window& window, KindId kind, gpu::ProfileId profile) {
    return std::max(1, window.model(kind).profiles[profile].compute_slices);
}

// Profiles with ascending knees; none that has more slices than one with at least its knee.
std::vector<gpu::ProfileId> by_knee(const Window& window, KindId kind, const Tenant& tenant) {
    std::vector<gpu::ProfileId> profiles = profiles_in_use(window, kind);
    const auto& knee = tenant.capacity[kind];
    std::erase_if(profiles, [&](gpu::ProfileId profile) { return knee[profile] == Rate{}; });
    std::ranges::stable_sort(profiles, {}, [&](gpu::ProfileId profile) {
        return std::pair{slices_of(window, kind, profile), -knee[profile].count()};
    });
    std::vector<gpu::ProfileId> useful;
    for (const gpu::ProfileId profile : profiles) {
        if (useful.empty() || knee[profile] > knee[useful.back()]) useful.push_back(profile);
    }
    return useful;
}

// Instance-slots of each profile that the tenant's loads belong to.
IdVector<gpu::ProfileId, std::int64_t> instance_slots(const Window& window, KindId kind,
                                                      const Tenant& tenant) {
    IdVector<gpu::ProfileId, std::int64_t> slots(window.model(kind).profiles.size(), 0);
    const std::vector<gpu::ProfileId> profiles = by_knee(window, kind, tenant);
    if (profiles.empty()) return slots;
    const auto& knee = tenant.capacity[kind];
    const gpu::ProfileId largest = profiles.back();
    for (const Rate rate : tenant.rates) {
        const std::int64_t whole = rate.count() / knee[largest].count();
        const Rate rest = rate - knee[largest] * whole;
        slots[largest] += whole;
        if (rest == Rate{}) continue;
        ++slots[*std::ranges::find_if(
            profiles, [&](gpu::ProfileId profile) { return knee[profile] >= rest; })];
    }
    return slots;
}

// How far a tenant's pieces are from what it should have, in slices beyond rounding.
std::int64_t distance(const Window& window, const IdVector<KindId, Wanted>& wanted, TenantId tenant,
                      const std::vector<Piece>& pieces) {
    std::int64_t distance = 0;
    for (const KindId kind : window.kinds.ids()) {
        for (const gpu::ProfileId profile : wanted[kind][tenant].ids()) {
            const std::int64_t want = wanted[kind][tenant][profile];
            const std::int64_t low = want / kWantedPerInstance;
            const std::int64_t high = (want + kWantedPerInstance - 1) / kWantedPerInstance;
            const std::int64_t has = std::ranges::count_if(pieces, [&](const Piece& piece) {
                return piece.kind == kind && piece.profile == profile;
            });
            distance += std::max({std::int64_t{0}, has - high, low - has}) *
                        slices_of(window, kind, profile);
        }
    }
    return distance;
}

std::int64_t served(const Tenant& tenant, const std::vector<Piece>& pieces) {
    Rate capacity;
    for (const Piece& piece : pieces) capacity += tenant.capacity[piece.kind][piece.profile];
    std::int64_t served = 0;
    for (const Rate rate : tenant.rates) served += std::min(rate, capacity).count();
    return served;
}

class Paris : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "paris"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        require_valid(window);
        Effort effort(options);
        IdVector<KindId, Wanted> wanted;
        for (const KindId kind : window.kinds.ids()) {
            wanted.push_back(wanted_instances(window, kind));
        }
        const Taste taste = [&](TenantId tenant, const std::vector<Piece>& pieces) {
            effort.spend(window.slots);
            return Worth{-distance(window, wanted, tenant, pieces),
                         served(window.tenants[tenant], pieces)};
        };
        const Cut cut = best_cut(window, taste, options.seed, effort);
        return answer(window, name(), held_throughout(window, cut, effort), effort,
                      "our re-implementation: a static cut from knees; requests are not routed as "
                      "by ELSA");
    }
};

}  // namespace

Wanted wanted_instances(const Window& window, KindId kind) {
    Wanted wanted;
    std::int64_t slices = 0;  // times slots
    for (const Tenant& tenant : window.tenants) {
        wanted.push_back(instance_slots(window, kind, tenant));
        for (const gpu::ProfileId profile : wanted[TenantId{wanted.size() - 1}].ids()) {
            slices +=
                wanted[TenantId{wanted.size() - 1}][profile] * slices_of(window, kind, profile);
        }
    }
    if (slices == 0) return wanted;
    const auto gpus = std::ranges::count(window.gpus, kind, &Gpu::kind);
    const std::int64_t there = gpus * window.model(kind).compute_slices.value_or(1);
    for (auto& counts : wanted) {
        for (std::int64_t& count : counts) {
            count = static_cast<std::int64_t>(
                static_cast<double>(count) * static_cast<double>(there) /
                static_cast<double>(slices) * static_cast<double>(kWantedPerInstance));
        }
    }
    return wanted;
}

std::unique_ptr<Engine> make_paris() { return std::make_unique<Paris>(); }

}  // namespace tangram::window::baseline
