#include "window/exact/floors.h"

#include <algorithm>
#include <limits>

namespace tangram::window::exact {
namespace {

constexpr int kRounds = 16;
constexpr std::int64_t kFirstPrice = kSharePerOne / 4;

// What a tenant's floor asks for, in thousandths of a request per second, summed over slots.
std::int64_t asked_by_floor(const Tenant& tenant) {
    std::int64_t rates = 0;
    for (const Rate rate : tenant.rates) rates += rate.count();
    const std::int64_t whole = rates / kSharePerOne * tenant.floor.count();
    const std::int64_t rest = rates % kSharePerOne * tenant.floor.count();
    return whole + (rest + kSharePerOne - 1) / kSharePerOne;
}

std::int64_t served(const TenantAccount& account) {
    std::int64_t sum = 0;
    for (const Rate rate : account.served) sum += rate.count();
    return sum;
}

// Between the largest price at which a tenant's floor was missed and the least at which it was
// kept.
struct Bracket {
    std::int64_t missed = 0;
    std::int64_t kept = -1;  // none yet
    [[nodiscard]] std::int64_t next(std::int64_t max) const {
        if (kept >= 0) return missed + (kept - missed) / 2;
        return std::min(max, missed == 0 ? kFirstPrice : 2 * missed);
    }
};

// Prices above this might overflow sums.
std::int64_t largest_price(const Window& window) {
    std::int64_t rates = 1;
    for (const Tenant& tenant : window.tenants) {
        for (const Rate rate : tenant.rates) rates += rate.count();
    }
    return std::max<std::int64_t>(
        0, std::numeric_limits<std::int64_t>::max() / 4 / rates - 2 * kSharePerOne);
}

// By how much the floors are missed, in all.
std::int64_t missing(const Window& window, const Evaluation& evaluation) {
    std::int64_t sum = 0;
    for (const TenantId id : window.tenants.ids()) {
        sum += std::max<std::int64_t>(
            0, asked_by_floor(window.tenants[id]) - served(evaluation.tenants[id]));
    }
    return sum;
}

void name_missed(const Window& window, Floored& floored) {
    for (const TenantId id : window.tenants.ids()) {
        if (floored.evaluation.tenants[id].floor_kept) continue;
        floored.note +=
            (floored.note.empty() ? "misses the floor of " : ", ") + window.tenants[id].name;
    }
}

}  // namespace

Result<Floored> keep_floors(const Window& window,
                            const std::function<Result<Priced>(const Weights&)>& solve) {
    Floored best;
    best.bound = std::numeric_limits<std::int64_t>::max();
    std::int64_t least_missing = std::numeric_limits<std::int64_t>::max();
    Weights prices(window.tenants.size());
    std::vector<Bracket> brackets(window.tenants.size());
    const std::int64_t price_max = largest_price(window);
    for (int round = 0; round < kRounds; ++round) {
        const Result<Priced> priced = solve(prices);
        if (!priced) return priced.error();
        std::int64_t bound = priced->bound;
        for (const TenantId id : window.tenants.ids()) {
            bound -= prices[id.index()] * asked_by_floor(window.tenants[id]);
        }
        best.bound = std::min(best.bound, bound);
        best.work += priced->work;
        best.stop_reason = priced->stop_reason;
        if (!priced->schedule) break;
        Evaluation evaluation = evaluate(window, *priced->schedule);
        const std::int64_t lacking = missing(window, evaluation);
        const bool better =
            lacking < least_missing ||
            (lacking == least_missing && evaluation.goodput > best.evaluation.goodput);
        bool changed = false;
        for (const TenantId id : window.tenants.ids()) {
            const std::size_t i = id.index();
            if (window.tenants[id].floor.count() == 0) continue;
            Bracket& bracket = brackets[i];
            const std::int64_t before = prices[i];
            if (!evaluation.tenants[id].floor_kept) {
                bracket.missed = before;
            } else if (before > 0) {
                bracket.kept = before;
            } else {
                continue;
            }
            prices[i] = bracket.next(price_max);
            changed |= prices[i] != before;
        }
        if (better) {
            least_missing = lacking;
            best.schedule = priced->schedule;
            best.evaluation = std::move(evaluation);
        }
        if (!changed || priced->stop_reason != "proven") break;
    }
    if (best.schedule) name_missed(window, best);
    return best;
}

}  // namespace tangram::window::exact
