#include "window/baseline/free_slots.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/check.h"
#include "window/baseline/stints.h"

namespace tangram::window::baseline {
namespace {

constexpr std::size_t kWaysMax = 20'000;  // before the dominated ones go

using Capacity = std::vector<std::int64_t>;

bool dominates(const Capacity& a, const Capacity& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] < b[i]) return false;
    }
    return true;
}

// Deals `counts` of each profile out to tenants in all ways; stops at kWaysMax.
class Ways {
public:
    explicit Ways(const Window& window) : window_(window), capacity_(window.tenants.size(), 0) {}

    void deal(const std::vector<int>& counts, std::size_t profile = 0) {
        while (profile < counts.size() && counts[profile] == 0) ++profile;
        if (profile == counts.size()) {
            found_.insert(capacity_);
            return;
        }
        deal_profile(counts, profile, 0, counts[profile]);
    }
    [[nodiscard]] bool full() const { return found_.size() > kWaysMax; }
    [[nodiscard]] const std::set<Capacity>& found() const { return found_; }

private:
    // `left` of the profile go to tenants from `tenant` on.
    void deal_profile(const std::vector<int>& counts, std::size_t profile, std::size_t tenant,
                      int left) {
        if (full()) return;
        const std::int64_t rate =
            window_.tenants[TenantId{tenant}]
                .capacity[KindId{window_.gpus[GpuId{0}].kind}][gpu::ProfileId{profile}]
                .count();
        const bool last = tenant + 1 == capacity_.size();
        for (int taken = last ? left : 0; taken <= left; ++taken) {
            capacity_[tenant] += rate * taken;
            if (last) {
                deal(counts, profile + 1);
            } else {
                deal_profile(counts, profile, tenant + 1, left - taken);
            }
            capacity_[tenant] -= rate * taken;
        }
    }

    const Window& window_;
    Capacity capacity_;
    std::set<Capacity> found_;
};

std::vector<Capacity> undominated(const std::set<Capacity>& all, Effort& effort) {
    std::vector<Capacity> sorted(all.begin(), all.end());
    std::ranges::stable_sort(sorted, std::greater{}, [](const Capacity& capacity) {
        return std::accumulate(capacity.begin(), capacity.end(), std::int64_t{0});
    });
    std::vector<Capacity> best;
    for (Capacity& capacity : sorted) {
        const auto worse = [&](const Capacity& other) { return dominates(other, capacity); };
        effort.spend(static_cast<std::int64_t>(best.size() + 1));
        if (std::ranges::none_of(best, worse)) best.push_back(std::move(capacity));
    }
    return best;
}

std::int64_t goodput(const Window& window, const Conditions& conditions, std::size_t slot,
                     const Capacity& capacity) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < capacity.size(); ++i) {
        const std::int64_t rate = window.tenants[TenantId{i}].rates[slot].count();
        sum += std::min(rate, capacity[i]) * conditions[i].second.count();
    }
    return sum;
}

}  // namespace

FreeSlots::FreeSlots(const Window& window, Effort& effort) : window_(window), effort_(effort) {
    CHECK(window.gpus.size() == 1);
    const KindId kind = window.gpus[GpuId{0}].kind;
    std::set<std::vector<int>> partitions;
    const auto layouts = layouts_of(window);
    for (const gpu::Layout& layout : layouts[kind]) {
        partitions.insert(gpu::profile_counts(window.model(kind), layout));
    }
    partitions_.assign(partitions.begin(), partitions.end());
}

bool FreeSlots::manageable() {
    Ways ways(window_);
    for (const std::vector<int>& counts : partitions_) ways.deal(counts);
    return !ways.full();
}

const FreeSlots::Capacities& FreeSlots::ways(const Conditions& conditions) {
    std::vector<gpu::ProfileId> busy;
    for (const auto& [profile, accuracy] : conditions) {
        if (profile.valid()) busy.push_back(profile);
    }
    std::ranges::sort(busy);
    const auto [known, fresh] = ways_.try_emplace(busy);
    if (!fresh) return known->second;
    Ways ways(window_);
    for (std::vector<int> counts : partitions_) {
        for (const gpu::ProfileId profile : busy) --counts[profile.index()];
        if (std::ranges::min(counts) >= 0) ways.deal(counts);
    }
    known->second = undominated(ways.found(), effort_);
    return known->second;
}

const std::vector<std::int64_t>& FreeSlots::sums(const Conditions& conditions) {
    const auto [known, fresh] = sums_.try_emplace(conditions);
    std::vector<std::int64_t>& sums = known->second;
    if (!fresh) return sums;
    const Capacities& all = ways(conditions);
    if (all.empty()) return sums;
    const auto slots = static_cast<std::size_t>(window_.slots);
    sums.assign(slots + 1, 0);
    for (std::size_t t = 0; t < slots; ++t) {
        std::int64_t best = 0;
        for (const Capacity& capacity : all) {
            best = std::max(best, goodput(window_, conditions, t, capacity));
        }
        sums[t + 1] = sums[t] + best;
    }
    effort_.spend(static_cast<std::int64_t>(slots * all.size() * conditions.size()));
    return sums;
}

std::vector<Rate> FreeSlots::capacity(const Conditions& conditions, int slot) {
    const auto t = static_cast<std::size_t>(slot);
    const auto best = std::ranges::max_element(ways(conditions), {}, [&](const Capacity& capacity) {
        return goodput(window_, conditions, t, capacity);
    });
    std::vector<Rate> rates;
    for (const std::int64_t rate : *best) rates.emplace_back(rate);
    return rates;
}

}  // namespace tangram::window::baseline
