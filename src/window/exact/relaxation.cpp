#include "window/exact/relaxation.h"

#include <algorithm>
#include <array>
#include <bit>

#include "window/exact/rewards.h"

namespace tangram::window::exact {
namespace {

using Capacity = std::vector<std::int64_t>;

bool covers(const Capacity& a, const Capacity& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] < b[i]) return false;
    }
    return true;
}

// Leaves those no other one covers.
void keep_largest(std::vector<Capacity>& all) {
    std::ranges::sort(all, std::greater{});
    all.erase(std::ranges::unique(all).begin(), all.end());
    std::vector<Capacity> kept;
    for (Capacity& it : all) {
        const auto covered = [&](const Capacity& other) { return covers(other, it); };
        if (std::ranges::none_of(kept, covered)) kept.push_back(std::move(it));
    }
    all = std::move(kept);
}

}  // namespace

Relaxation::Relaxation(const Window& window, Space& space) : window_(window), space_(space) {}

// The largest capacities beside these holds.
const Relaxation::Capacities& Relaxation::largest(Holds holds) {
    const auto [place, added] = largest_.try_emplace(holds);
    Capacities& all = place->second;
    if (!added) return all;
    const BlockTree& tree = space_.tree();
    std::array<Holds, 2> given{};
    distribute(holds, given, [&] {
        Capacities left = space_.table(tree.left, given[0]).classes;
        Capacities right = space_.table(tree.right, given[1]).classes;
        keep_largest(left);
        keep_largest(right);
        for (const Capacity& a : left) {
            for (const Capacity& b : right) {
                Capacity sum = a;
                for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += b[i];
                all.push_back(std::move(sum));
            }
        }
    });
    const Capacity nothing(window_.tenants.size());
    if (holds == 0) {
        for (const std::size_t server : space_.servers_on(tree.whole)) {
            Capacity alone = nothing;
            alone[space_.servers()[server].tenant.index()] =
                space_.servers()[server].capacity.count();
            all.push_back(std::move(alone));
        }
    } else if (std::has_single_bit(holds) &&
               space_.fits(static_cast<std::size_t>(std::countr_zero(holds)), tree.whole)) {
        all.push_back(nothing);
    }
    keep_largest(all);
    return all;
}

const std::vector<std::int64_t>& Relaxation::sums(Holds holds, const Weights& weights) {
    const auto [place, added] = sums_.try_emplace({holds, weights});
    std::vector<std::int64_t>& sums = place->second;
    if (!added) return sums;
    const Capacities& capacities = largest(holds);
    if (capacities.empty()) return sums;
    sums.push_back(0);
    for (int slot = 0; slot < window_.slots; ++slot) {
        std::int64_t best = 0;
        for (const Capacity& capacity : capacities) {
            best = std::max(best, units(window_, slot, weights, capacity));
        }
        sums.push_back(sums.back() + best);
    }
    return sums;
}

std::int64_t Relaxation::bound(const Weights& weights) { return sums(0, weights).back(); }

}  // namespace tangram::window::exact
