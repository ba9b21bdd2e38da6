#include "window/baseline/astraea.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "window/baseline/answer.h"
#include "window/baseline/deal.h"
#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

// An instance that serves a tenant, or is being created for it.
struct Holding {
    gpu::Placement placement;
    TenantId tenant;
    int from = 0;
    int ready = 0;
};

struct RetrainingNow {
    GpuId gpu;
    gpu::Placement placement;
    int until = 0;
};

// A way to start a retraining, and what else becomes of its GPU.
struct Start {
    double gain = 0;  // goodput by the window's end
    GpuId gpu;
    gpu::Placement placement;
    TenantId tenant;
    std::size_t choice = 0;
    std::vector<Held> held;
};

class Play {
public:
    Play(const Window& window, Effort& effort)
        : window_(window),
          effort_(effort),
          stints_(window),
          layouts_(layouts_of(window)),
          holdings_(window.gpus.size()),
          held_(window.tenants.size()),
          needs_(window.tenants.size()),
          may_retrain_(window.tenants.size(), true) {
        for (const Tenant& tenant : window.tenants) {
            warm_up_ = std::max(warm_up_, tenant.warm_up);
        }
        for (const KindId kind : window.kinds.ids()) {
            profiles_.push_back(profiles_in_use(window, kind));
        }
        for (const TenantId tenant : window.tenants.ids()) {
            if (const auto ongoing = ongoing_retraining(window, tenant)) {
                retrainings_.push_back({ongoing->gpu, ongoing->placement, ongoing->left});
                may_retrain_[tenant] = false;
            }
        }
        const auto present = present_at_start(window);
        for (const GpuId gpu : window.gpus.ids()) {
            for (const Present& there : present[gpu]) {
                holdings_[gpu].push_back({there.placement, there.tenant, 0, there.ready});
                held_[there.tenant] += rate_of(gpu, there.placement, there.tenant);
            }
        }
    }

    Schedule run() {
        for (now_ = 0; now_ < window_.slots && !effort_.over(); ++now_) {
            std::erase_if(retrainings_,
                          [&](const RetrainingNow& one) { return one.until <= now_; });
            predict();
            serve_all();
            start_retrainings();
        }
        for (const GpuId gpu : window_.gpus.ids()) {
            for (const Holding& one : holdings_[gpu]) {
                stints_.serve(gpu, one.placement, one.tenant, one.from, window_.slots);
            }
        }
        return std::move(stints_).finish();
    }

private:
    // The largest load until an instance created now could serve.
    void predict() {
        for (const TenantId id : window_.tenants.ids()) {
            const Tenant& tenant = window_.tenants[id];
            const auto begin = tenant.rates.begin() + now_;
            const auto seen = std::min(window_.slots - now_, tenant.warm_up + 1);
            needs_[id] = *std::max_element(begin, begin + seen);
        }
    }

    [[nodiscard]] Rate rate_of(GpuId gpu, gpu::Placement placement, TenantId tenant) const {
        return window_.tenants[tenant].capacity[window_.gpus[gpu].kind][placement.profile];
    }

    [[nodiscard]] bool is_short(TenantId tenant) const { return held_[tenant] < needs_[tenant]; }

    // Capacity that comes at a slot.
    struct Coming {
        int ready = 0;
        Rate rate;
    };

    [[nodiscard]] int horizon() const {
        return std::min(warm_up_ + kPatience, window_.slots - now_);
    }

    // Served within the horizon at the load predicted now.
    [[nodiscard]] std::int64_t served(TenantId tenant, std::vector<Coming> coming) const {
        std::ranges::sort(coming, {}, &Coming::ready);
        const int end = now_ + horizon();
        Rate capacity;
        std::int64_t served = 0;
        int slot = now_;
        for (const Coming& more : coming) {
            const int until = std::clamp(more.ready, slot, end);
            served += (std::min(capacity, needs_[tenant]) * (until - slot)).count();
            slot = until;
            capacity += more.rate;
        }
        return served + (std::min(capacity, needs_[tenant]) * (end - slot)).count();
    }

    // When an instance would serve: one that is there already, earlier.
    [[nodiscard]] int ready(GpuId gpu, gpu::Placement placement, TenantId tenant) const {
        for (const Holding& one : holdings_[gpu]) {
            if (one.placement == placement && one.tenant == tenant) return one.ready;
        }
        return stints_.ready(gpu, placement, tenant, now_);
    }

    // Those who have something on the GPU, and those who are short.
    [[nodiscard]] std::vector<TenantId> concerned(GpuId gpu) const {
        std::vector<TenantId> tenants;
        for (const TenantId tenant : window_.tenants.ids()) {
            if (is_short(tenant) || std::ranges::find(holdings_[gpu], tenant, &Holding::tenant) !=
                                        holdings_[gpu].end()) {
                tenants.push_back(tenant);
            }
        }
        return tenants;
    }

    // The best deal of a GPU given the others, and what it gains over what is held now. With
    // `extra` reserved too, if that is possible.
    struct Offer {
        std::vector<Held> held;
        Worth gain{};
    };
    [[nodiscard]] std::optional<Offer> offer(GpuId gpu, std::optional<gpu::Placement> extra) {
        const std::vector<TenantId> tenants = concerned(gpu);
        std::vector<std::vector<Coming>> elsewhere;
        std::vector<gpu::Placement> reserved;
        for (const RetrainingNow& one : retrainings_) {
            if (one.gpu != gpu) continue;
            if (extra == one.placement) return std::nullopt;
            reserved.push_back(one.placement);
        }
        if (extra) reserved.push_back(*extra);
        for (const TenantId tenant : tenants) elsewhere.push_back(held_elsewhere(gpu, tenant));
        const auto liking = [&](TenantId index, std::span<const gpu::Placement> placements) {
            const TenantId tenant = tenants[index.index()];
            std::vector<Coming> coming = elsewhere[index.index()];
            std::int64_t slices = 0;
            for (const gpu::Placement placement : placements) {
                coming.push_back({ready(gpu, placement, tenant), rate_of(gpu, placement, tenant)});
                slices += window_.model(gpu).profiles[placement.profile].compute_slices;
            }
            effort_.spend(static_cast<std::int64_t>(coming.size()) + 1);
            return Worth{served(tenant, std::move(coming)), -slices};
        };
        std::vector<Present> present;
        for (const Holding& one : holdings_[gpu]) {
            present.push_back({one.placement, one.tenant, one.ready});
        }
        Dealt dealt =
            deal(layouts_[window_.gpus[gpu].kind], reserved, present, tenants.size(), liking);
        if (!dealt.possible) return std::nullopt;
        Offer offer{std::move(dealt.held), dealt.worth};
        for (Held& held : offer.held) held.tenant = tenants[held.tenant.index()];
        for (std::size_t i = 0; i < tenants.size(); ++i) {
            std::vector<gpu::Placement> mine;
            for (const Holding& one : holdings_[gpu]) {
                if (one.tenant == tenants[i]) mine.push_back(one.placement);
            }
            const Worth now = liking(TenantId{i}, mine);
            for (std::size_t j = 0; j < now.size(); ++j) offer.gain[j] -= now[j];
        }
        return offer;
    }

    [[nodiscard]] std::vector<Coming> held_elsewhere(GpuId here, TenantId tenant) const {
        std::vector<Coming> coming;
        for (const GpuId gpu : window_.gpus.ids()) {
            for (const Holding& one : holdings_[gpu]) {
                if (gpu == here || one.tenant != tenant) continue;
                coming.push_back({one.ready, rate_of(gpu, one.placement, tenant)});
            }
        }
        return coming;
    }

    // Cuts GPUs anew until nobody is short, or none gains.
    void serve_all() {
        for (const GpuId gpu : window_.gpus.ids()) {
            const auto tenants = window_.tenants.ids();
            const bool served =
                std::ranges::none_of(tenants, [&](auto one) { return is_short(one); });
            if (served || effort_.over()) return;
            const std::optional<Offer> best = offer(gpu, std::nullopt);
            CHECK(best.has_value());
            if (best->gain > Worth{}) hold(gpu, best->held);
        }
    }

    // From now on the GPU serves like this.
    void hold(GpuId gpu, const std::vector<Held>& held) {
        std::vector<Holding> next;
        for (const Held& one : held) {
            const auto there = std::ranges::find_if(holdings_[gpu], [&](const Holding& old) {
                return old.placement == one.placement && old.tenant == one.tenant;
            });
            if (there != holdings_[gpu].end()) {
                next.push_back(*there);
                holdings_[gpu].erase(there);
            } else {
                next.push_back({one.placement, one.tenant, now_,
                                stints_.ready(gpu, one.placement, one.tenant, now_)});
                held_[one.tenant] += rate_of(gpu, one.placement, one.tenant);
            }
        }
        for (const Holding& gone : holdings_[gpu]) {
            stints_.serve(gpu, gone.placement, gone.tenant, gone.from, now_);
            held_[gone.tenant] -= rate_of(gpu, gone.placement, gone.tenant);
        }
        holdings_[gpu] = std::move(next);
    }

    void start_retrainings() {
        while (const std::optional<Start> start = best_start()) {
            hold(start->gpu, start->held);
            const Retraining& retraining =
                window_.tenants[start->tenant].retrainings[start->choice];
            stints_.retrain(start->gpu, start->placement, start->tenant, start->choice, now_);
            retrainings_.push_back({start->gpu, start->placement, now_ + retraining.slots});
            may_retrain_[start->tenant] = false;
        }
    }

    // What a retraining would bring by the window's end if the loads stay; 0 if it cannot end.
    [[nodiscard]] double promise(TenantId tenant, const Retraining& retraining) const {
        const int after = window_.slots - now_ - retraining.slots;
        const Share better = retraining.accuracy - window_.tenants[tenant].accuracy;
        if (!may_retrain_[tenant] || after <= 0 || better <= Share{}) return 0;
        return static_cast<double>(better.count()) * static_cast<double>(after) *
               static_cast<double>(needs_[tenant].count());
    }

    // The retraining that pays best, if any does; none where there is no time to see.
    [[nodiscard]] std::optional<Start> best_start() {
        std::optional<Start> best;
        for (const GpuId gpu : window_.gpus.ids()) {
            if (effort_.over()) return std::nullopt;
            const KindId kind = window_.gpus[gpu].kind;
            for (const gpu::ProfileId profile : profiles_[kind]) {
                if (!anybody_would(kind, profile)) continue;
                for (const int place : window_.model(kind).profiles[profile].starts) {
                    consider(gpu, {profile, place}, best);
                }
            }
        }
        return best;
    }

    [[nodiscard]] bool anybody_would(KindId kind, gpu::ProfileId profile) const {
        for (const TenantId id : window_.tenants.ids()) {
            for (const Retraining& one : window_.tenants[id].retrainings) {
                if (one.kind == kind && one.profile == profile && promise(id, one) > 0) return true;
            }
        }
        return false;
    }

    void consider(GpuId gpu, gpu::Placement placement, std::optional<Start>& best) {
        const std::optional<Offer> rest = offer(gpu, placement);
        if (!rest) return;
        const double lost_per_slot =
            static_cast<double>(std::max(std::int64_t{0}, -rest->gain[0])) / horizon();
        for (const TenantId id : window_.tenants.ids()) {
            const Tenant& tenant = window_.tenants[id];
            for (std::size_t r = 0; r < tenant.retrainings.size(); ++r) {
                const Retraining& one = tenant.retrainings[r];
                if (one.kind != window_.gpus[gpu].kind || one.profile != placement.profile)
                    continue;
                const double gain =
                    promise(id, one) -
                    lost_per_slot * one.slots * static_cast<double>(tenant.accuracy.count());
                if (gain > (best ? best->gain : 0.0)) {
                    best = Start{gain, gpu, placement, id, r, rest->held};
                }
            }
        }
    }

    const Window& window_;
    Effort& effort_;
    Stints stints_;
    IdVector<KindId, std::vector<gpu::Layout>> layouts_;
    IdVector<KindId, std::vector<gpu::ProfileId>> profiles_;
    IdVector<GpuId, std::vector<Holding>> holdings_;
    std::vector<RetrainingNow> retrainings_;
    IdVector<TenantId, Rate> held_;  // capacity of what serves or is being created
    IdVector<TenantId, Rate> needs_;
    IdVector<TenantId, bool> may_retrain_;
    int warm_up_ = 0;  // the longest
    int now_ = 0;
};

class Astraea : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return "astraea"; }

    [[nodiscard]] Result<Outcome> plan(const Window& window,
                                       const Options& options) const override {
        require_valid(window);
        Effort effort(options);
        Schedule schedule = Play(window, effort).run();
        return answer(window, name(), std::move(schedule), effort,
                      "our re-implementation on MIG instances, as far as the paper is known");
    }
};

}  // namespace

std::unique_ptr<Engine> make_astraea() { return std::make_unique<Astraea>(); }

}  // namespace tangram::window::baseline
