#include "forecast/bursts.h"

#include <algorithm>

#include "base/check.h"
#include "base/random.h"

namespace tangram::forecast {
namespace {

__extension__ using Wide = __int128;

constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;

Rate median(std::span<const Rate> rates) {
    std::vector<Rate> sorted(rates.begin(), rates.end());
    const std::size_t middle = (sorted.size() - 1) / 2;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(middle));
    return sorted[middle];
}

}  // namespace

std::vector<Burst> bursts(std::span<const Rate> rates, Share above) {
    std::vector<Burst> found;
    if (rates.empty()) return found;
    const Rate level = median(rates);
    const Wide limit = static_cast<Wide>(level.count()) * above.count();
    for (std::size_t t = 0; t < rates.size(); ++t) {
        if (static_cast<Wide>(rates[t].count()) * kSharePerOne <= limit) continue;
        if (found.empty() || found.back().until < t) {
            found.push_back({.from = t, .until = t, .before = t == 0 ? level : rates[t - 1]});
        }
        found.back().until = t + 1;
    }
    return found;
}

std::vector<Burst> missed_bursts(std::span<const Rate> rates, const BurstOptions& options,
                                 std::uint64_t draw) {
    if (options.missed.count() == 0) return {};
    std::vector<Burst> missed = bursts(rates, options.above);
    Random random(options.seed + kSpread * (draw + 1));
    std::erase_if(missed, [&](const Burst&) {
        return random.between(0, kSharePerOne - 1) >= options.missed.count();
    });
    return missed;
}

void miss(std::vector<Rate>& values, std::size_t now, std::size_t seen,
          std::span<const Burst> missed) {
    CHECK(seen <= now);
    for (const Burst& burst : missed) {
        if (burst.from < seen) continue;
        for (std::size_t t = std::max(burst.from, now); t < burst.until; ++t) {
            if (t - now >= values.size()) break;
            values[t - now] = std::min(values[t - now], burst.before);
        }
    }
}

}  // namespace tangram::forecast
