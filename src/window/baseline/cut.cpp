#include "window/baseline/cut.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/random.h"

namespace tangram::window::baseline {
namespace {

constexpr int kDrawsPerGpu = 10;

using Pieces = std::vector<Piece>;

// The piece a tenant has in an instance it holds all the time.
Piece piece_of(const Window& window, GpuId gpu, const Held& held) {
    const std::optional<Ongoing> ongoing = ongoing_retraining(window, held.tenant);
    const bool retrains = ongoing && ongoing->gpu == gpu && ongoing->placement == held.placement;
    const int from = retrains ? ongoing->left : 0;
    return {.kind = window.gpus[gpu].kind,
            .profile = held.placement.profile,
            .ready = Stints(window).ready(gpu, held.placement, held.tenant, from)};
}

// What a tenant holds, and on what piece each.
struct Holding {
    GpuId gpu;
    Held held;
    Piece piece;
};

class CutSearch {
public:
    CutSearch(const Window& window, const Taste& taste, Effort& effort)
        : window_(window),
          taste_(taste),
          effort_(effort),
          layouts_(layouts_of(window)),
          present_(present_at_start(window)),
          reserved_(window.gpus.size()),
          pieces_(window.tenants.size()),
          known_(window.tenants.size()) {
        cut_.gpus = IdVector<GpuId, std::vector<Held>>(window.gpus.size());
        for (const TenantId tenant : window.tenants.ids()) {
            if (const auto ongoing = ongoing_retraining(window, tenant)) {
                const Held held{ongoing->placement, tenant};
                reserved_[ongoing->gpu].push_back(held);
                pieces_[tenant].push_back(piece_of(window, ongoing->gpu, held));
            }
        }
        for (const TenantId tenant : window.tenants.ids()) {
            std::ranges::sort(pieces_[tenant]);
            cut_.worth = cut_.worth + worth(tenant, pieces_[tenant]);
        }
    }

    Cut search(std::uint64_t seed) {
        settle();
        Random random(seed);
        const std::size_t gpus = window_.gpus.size();
        const std::size_t draws = gpus > 1 ? gpus * kDrawsPerGpu : 0;
        for (std::size_t i = 0; i < draws && !effort_.over(); ++i) {
            const std::size_t first = random.below(gpus);
            const std::size_t second = (first + 1 + random.below(gpus - 1)) % gpus;
            redeal(GpuId{first}, GpuId{second});
        }
        settle();
        for (const GpuId gpu : window_.gpus.ids()) {
            auto& held = cut_.gpus[gpu];
            held.insert(held.end(), reserved_[gpu].begin(), reserved_[gpu].end());
            std::ranges::sort(held, {}, [](const Held& one) { return one.placement.start; });
        }
        return cut_;
    }

private:
    Worth worth(TenantId tenant, const Pieces& pieces) {
        const auto [known, fresh] = known_[tenant].try_emplace(pieces);
        if (fresh) known->second = taste_(tenant, pieces);
        return known->second;
    }

    // Deals GPUs in turn until none gains.
    void settle() {
        std::size_t since = 0;
        for (std::size_t i = 0; since < window_.gpus.size(); ++i) {
            if (i > 0 && effort_.over()) return;
            const GpuId gpu{i % window_.gpus.size()};
            const Worth before = cut_.worth;
            const std::vector<Held> held = cut_.gpus[gpu];
            put(gpu, dealt(gpu).held);
            if (cut_.worth <= before) {
                put(gpu, held);
                ++since;
            } else {
                since = 1;
            }
        }
    }

    // Deals two GPUs anew, both empty at first; keeps what is no worse.
    void redeal(GpuId first, GpuId second) {
        const Worth before = cut_.worth;
        const std::vector<Held> held_first = cut_.gpus[first];
        const std::vector<Held> held_second = cut_.gpus[second];
        put(first, {});
        put(second, {});
        for (const GpuId gpu : {first, second, first}) put(gpu, dealt(gpu).held);
        if (cut_.worth < before) {
            put(first, held_first);
            put(second, held_second);
        }
    }

    // The best deal of a GPU given the others.
    Dealt dealt(GpuId gpu) {
        const std::vector<Held> held = cut_.gpus[gpu];
        put(gpu, {});
        std::vector<gpu::Placement> reserved;
        for (const Held& one : reserved_[gpu]) reserved.push_back(one.placement);
        const auto liking = [&](TenantId tenant, std::span<const gpu::Placement> placements) {
            Pieces pieces = pieces_[tenant];
            for (const gpu::Placement placement : placements) {
                pieces.push_back(piece_of(window_, gpu, {placement, tenant}));
            }
            std::ranges::sort(pieces);
            return worth(tenant, pieces);
        };
        Dealt best = deal(layouts_[window_.gpus[gpu].kind], reserved, present_[gpu],
                          window_.tenants.size(), liking);
        CHECK(best.possible);
        for (auto& known : known_) {
            if (known.size() > kKnownMax) known.clear();
        }
        put(gpu, held);
        return best;
    }

    void put(GpuId gpu, std::vector<Held> held) {
        std::vector<TenantId> concerned;
        for (const auto* list : {&cut_.gpus[gpu], &held}) {
            for (const Held& one : *list) concerned.push_back(one.tenant);
        }
        std::ranges::sort(concerned);
        const auto repeated = std::ranges::unique(concerned);
        concerned.erase(repeated.begin(), repeated.end());
        for (const TenantId tenant : concerned) take(worth(tenant, pieces_[tenant]), -1);
        for (const Held& one : cut_.gpus[gpu]) {
            Pieces& pieces = pieces_[one.tenant];
            pieces.erase(std::ranges::find(pieces, piece_of(window_, gpu, one)));
        }
        for (const Held& one : held) {
            Pieces& pieces = pieces_[one.tenant];
            const Piece piece = piece_of(window_, gpu, one);
            pieces.insert(std::ranges::upper_bound(pieces, piece), piece);
        }
        for (const TenantId tenant : concerned) take(worth(tenant, pieces_[tenant]), 1);
        cut_.gpus[gpu] = std::move(held);
    }

    void take(const Worth& worth, std::int64_t sign) {
        for (std::size_t i = 0; i < worth.size(); ++i) cut_.worth[i] += sign * worth[i];
    }

    static constexpr std::size_t kKnownMax = 20'000;  // per tenant: tens of MB in all

    const Window& window_;
    const Taste& taste_;
    Effort& effort_;
    IdVector<KindId, std::vector<gpu::Layout>> layouts_;
    IdVector<GpuId, std::vector<Present>> present_;
    IdVector<GpuId, std::vector<Held>> reserved_;  // by retrainings that run at the start
    IdVector<TenantId, Pieces> pieces_;            // of each tenant, sorted
    IdVector<TenantId, std::map<Pieces, Worth>> known_;
    Cut cut_;
};

}  // namespace

Cut best_cut(const Window& window, const Taste& taste, std::uint64_t seed, Effort& effort) {
    return CutSearch(window, taste, effort).search(seed);
}

Schedule held_throughout(const Window& window, const Cut& cut, Effort& effort) {
    IdVector<TenantId, std::vector<Holding>> holdings(window.tenants.size());
    for (const GpuId gpu : window.gpus.ids()) {
        for (const Held& held : cut.gpus[gpu]) {
            holdings[held.tenant].push_back({gpu, held, piece_of(window, gpu, held)});
        }
    }
    Stints stints(window);
    for (const TenantId tenant : window.tenants.ids()) {
        std::ranges::stable_sort(holdings[tenant], {}, &Holding::piece);
        Pieces pieces;
        for (const Holding& holding : holdings[tenant]) pieces.push_back(holding.piece);
        const Course course = best_course(window, tenant, pieces, effort);
        const std::optional<Ongoing> ongoing = ongoing_retraining(window, tenant);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const auto& [gpu, held, piece] = holdings[tenant][i];
            int from = 0;
            if (ongoing && ongoing->gpu == gpu && ongoing->placement == held.placement) {
                from = ongoing->left;
            } else if (course.retraining && course.piece == i) {
                stints.serve(gpu, held.placement, tenant, 0, course.start);
                stints.retrain(gpu, held.placement, tenant, *course.retraining, course.start);
                from = course.start + window.tenants[tenant].retrainings[*course.retraining].slots;
            }
            stints.serve(gpu, held.placement, tenant, from, window.slots);
        }
    }
    return std::move(stints).finish();
}

}  // namespace tangram::window::baseline
