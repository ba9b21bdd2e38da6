#include "window/baseline/deal.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace tangram::window::baseline {
namespace {

// What makes instances alike: their profile, and who is there.
using Sort = std::tuple<gpu::ProfileId, TenantId, int>;

// Instances that are alike.
struct Lot {
    Sort sort;
    std::vector<gpu::Placement> placements;
};

Sort sort_of(gpu::Placement placement, std::span<const Present> present) {
    for (const Present& there : present) {
        if (there.placement == placement) return {placement.profile, there.tenant, there.ready};
    }
    return {placement.profile, TenantId{}, -1};
}

// The lots of what a layout holds beyond what is reserved.
std::vector<Lot> lots_of(const gpu::Layout& layout, std::span<const gpu::Placement> reserved,
                         std::span<const Present> present) {
    std::vector<Lot> lots;
    for (const gpu::Placement placement : layout.placements()) {
        if (std::ranges::find(reserved, placement) != reserved.end()) continue;
        const Sort sort = sort_of(placement, present);
        auto lot = std::ranges::find(lots, sort, &Lot::sort);
        if (lot == lots.end()) lot = lots.insert(lot, {sort, {}});
        lot->placements.push_back(placement);
    }
    std::ranges::sort(lots, {}, &Lot::sort);
    return lots;
}

// So many of each lot, as one number: digit j counts those of lot j.
class Shares {
public:
    explicit Shares(const std::vector<Lot>& lots) : lots_(lots) {
        pairs_.emplace_back(0, 0);
        for (const Lot& lot : lots) {
            std::vector<std::pair<std::size_t, std::size_t>> longer;
            for (const auto& [whole, part] : pairs_) {
                for (std::size_t all = 0; all <= lot.placements.size(); ++all) {
                    for (std::size_t some = 0; some <= all; ++some) {
                        longer.emplace_back(whole + all * size_, part + some * size_);
                    }
                }
            }
            pairs_ = std::move(longer);
            size_ *= lot.placements.size() + 1;
        }
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    // Every share with every part of it.
    [[nodiscard]] const std::vector<std::pair<std::size_t, std::size_t>>& pairs() const {
        return pairs_;
    }
    // The placements of `part`, given that the first ones, `before`, are gone.
    [[nodiscard]] std::vector<gpu::Placement> placements(std::size_t part,
                                                         std::size_t before = 0) const {
        std::vector<gpu::Placement> placements;
        for (const Lot& lot : lots_) {
            const std::size_t base = lot.placements.size() + 1;
            const auto first = lot.placements.begin() + static_cast<std::ptrdiff_t>(before % base);
            placements.insert(placements.end(), first,
                              first + static_cast<std::ptrdiff_t>(part % base));
            part /= base;
            before /= base;
        }
        return placements;
    }

private:
    const std::vector<Lot>& lots_;
    std::vector<std::pair<std::size_t, std::size_t>> pairs_;
    std::size_t size_ = 1;
};

Dealt deal_layout(const std::vector<Lot>& lots, std::size_t tenants, const Liking& liking) {
    const Shares shares(lots);
    // best[s]: of the tenants so far, who hold exactly s; taken[i][s]: what tenant i holds of it.
    std::vector<Worth> best(shares.size());
    std::vector<std::vector<std::size_t>> taken(tenants,
                                                std::vector<std::size_t>(shares.size(), 0));
    std::vector<Worth> likes(shares.size());
    for (std::size_t i = 0; i < tenants; ++i) {
        for (std::size_t s = 0; s < shares.size(); ++s) {
            likes[s] = liking(TenantId{i}, shares.placements(s));
        }
        std::vector<Worth> next(shares.size());
        std::vector<bool> seen(shares.size(), false);
        for (const auto& [whole, part] : shares.pairs()) {
            // The first tenant takes whatever `whole` is, the others continue it.
            if (i == 0 && part != whole) continue;
            const Worth worth = best[whole - part] + likes[part];
            if (seen[whole] && worth <= next[whole]) continue;
            seen[whole] = true;
            next[whole] = worth;
            taken[i][whole] = part;
        }
        best = std::move(next);
    }
    std::size_t left = static_cast<std::size_t>(std::ranges::max_element(best) - best.begin());
    Dealt dealt{.possible = true, .held = {}, .worth = best[left]};
    for (std::size_t i = tenants; i-- > 0;) {
        const std::size_t part = taken[i][left];
        left -= part;
        for (const gpu::Placement placement : shares.placements(part, left)) {
            dealt.held.push_back({placement, TenantId{i}});
        }
    }
    return dealt;
}

}  // namespace

Worth operator+(const Worth& a, const Worth& b) { return {a[0] + b[0], a[1] + b[1]}; }

Dealt deal(std::span<const gpu::Layout> layouts, std::span<const gpu::Placement> reserved,
           std::span<const Present> present, std::size_t tenants, const Liking& liking) {
    Dealt best;
    std::set<std::vector<std::pair<Sort, std::size_t>>> met;  // layouts that differ in places only
    for (const gpu::Layout& layout : layouts) {
        const bool holds = std::ranges::all_of(reserved, [&](gpu::Placement placement) {
            const auto& placements = layout.placements();
            return std::ranges::find(placements, placement) != placements.end();
        });
        if (!holds) continue;
        const std::vector<Lot> lots = lots_of(layout, reserved, present);
        std::vector<std::pair<Sort, std::size_t>> signature;
        for (const Lot& lot : lots) signature.emplace_back(lot.sort, lot.placements.size());
        if (!met.insert(std::move(signature)).second) continue;
        Dealt dealt = deal_layout(lots, tenants, liking);
        if (!best.possible || dealt.worth > best.worth) best = std::move(dealt);
    }
    std::ranges::sort(best.held, {}, [](const Held& held) { return held.placement.start; });
    return best;
}

}  // namespace tangram::window::baseline
