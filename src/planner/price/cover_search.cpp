#include "planner/price/cover_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "planner/cover.h"

namespace tangram::planner::price {
namespace {

// Relaxations are computed in doubles and must never exceed the true value: this factor absorbs the
// few rounding errors of each.
constexpr double kRoundDown = 1.0 - 1e-14;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a - 1) / b + 1; }

}  // namespace

void CoverSearch::order_items(std::span<const std::int64_t> prices, std::span<const Option> options,
                              std::int64_t largest) {
    items_.clear();
    for (std::uint32_t o = 0; o < options.size(); ++o) {
        const std::int64_t price = prices[options[o].type.index()];
        const std::int64_t throughput = options[o].throughput.count();
        if (throughput > largest) continue;
        const bool dominated = std::ranges::any_of(items_, [&](const Item& item) {
            return item.price <= price && item.throughput >= throughput;
        });
        if (dominated) continue;
        std::erase_if(items_, [&](const Item& item) {
            return price <= item.price && throughput >= item.throughput;
        });
        const double ratio =
            static_cast<double>(price) / static_cast<double>(throughput) * kRoundDown;
        items_.push_back({price, throughput, ratio, price, o});
    }
    std::ranges::sort(items_, [](const Item& a, const Item& b) {
        return a.ratio != b.ratio ? a.ratio < b.ratio : a.throughput > b.throughput;
    });
    for (std::size_t i = items_.size() - 1; i-- > 0;) {
        items_[i].floor_price = std::min(items_[i].price, items_[i + 1].floor_price);
    }
}

// What covering the rest from item i on costs at least.
double CoverSearch::relaxation(std::size_t i, std::int64_t rest, std::int64_t replicas) const {
    const double by_rate = rest > 0 ? static_cast<double>(rest) * items_[i].ratio : 0.0;
    const double by_count =
        replicas > 0 ? static_cast<double>(replicas) * static_cast<double>(items_[i].floor_price)
                     : 0.0;
    return std::max(by_rate, by_count);
}

void CoverSearch::finish_with_last(std::int64_t rest, std::int64_t replicas, std::int64_t cost) {
    const Item& item = items_.back();
    const std::int64_t count =
        std::max({divide_up(rest, item.throughput), replicas, std::int64_t{0}});
    cost += count * item.price;
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_ = current_;
    best_[item.option] = static_cast<std::int32_t>(count);
}

void CoverSearch::descend(std::size_t i, std::int64_t rest, std::int64_t replicas,
                          std::int64_t cost) {
    ++nodes_;
    if (rest <= 0 && replicas <= 0) {
        if (cost < best_cost_) {
            best_cost_ = cost;
            best_ = current_;
        }
        return;
    }
    if (i + 1 == items_.size()) return finish_with_last(rest, replicas, cost);
    const Item& item = items_[i];
    std::int64_t count = std::max(divide_up(rest, item.throughput), replicas);
    for (; count >= 0 && nodes_ < node_limit_; --count) {
        const std::int64_t new_rest = rest - count * item.throughput;
        const std::int64_t new_replicas = replicas - count;
        const std::int64_t new_cost = cost + count * item.price;
        const double least =
            static_cast<double>(new_cost) + relaxation(i + 1, new_rest, new_replicas);
        // Costs are whole numbers, so anything above best - 1 cannot improve. While the rate is not
        // covered, fewer of the best item only make it worse; with replicas the relaxation is not
        // monotone, so the loop goes on.
        if (least > static_cast<double>(best_cost_ - 1)) {
            if (new_rest > 0 && replicas <= 0) break;
            continue;
        }
        current_[item.option] = static_cast<std::int32_t>(count);
        descend(i + 1, new_rest, new_replicas, new_cost);
    }
    current_[item.option] = 0;
}

// Improves the best cover by the ordered items. Returns a bound of all their covers that holds even
// if the node limit struck; without it, the best cover's cost.
std::int64_t CoverSearch::search(std::int64_t required, std::int64_t replicas,
                                 std::uint64_t node_limit) {
    const std::uint64_t before = nodes_;
    node_limit_ = before + std::max<std::uint64_t>(node_limit, items_.size() + 8);
    const double root = relaxation(0, required, replicas);
    if (best_cost_ == std::numeric_limits<std::int64_t>::max() ||
        root <= static_cast<double>(best_cost_ - 1)) {
        descend(0, required, replicas, 0);
    }
    const bool limited = nodes_ >= node_limit_;
    return limited ? std::min(best_cost_, static_cast<std::int64_t>(std::ceil(root))) : best_cost_;
}

std::int64_t CoverSearch::search_classes(std::span<const std::int64_t> prices, const Demand& demand,
                                         std::span<const Option> options,
                                         std::uint64_t node_limit) {
    std::int64_t bound = std::numeric_limits<std::int64_t>::max();
    for (const CoverClass& covers : cover_classes(demand, options)) {
        order_items(prices, options, covers.largest);
        bound = std::min(bound, search(covers.capacity, demand.min_replicas, node_limit));
    }
    return std::min(bound, best_cost_);
}

CheapestCover CoverSearch::find(std::span<const std::int64_t> prices, const Demand& demand,
                                std::span<const Option> options, std::span<std::int32_t> counts,
                                std::uint64_t node_limit) {
    CHECK(!options.empty());
    best_cost_ = std::numeric_limits<std::int64_t>::max();
    best_.assign(counts.begin(), counts.end());
    if (covers(demand, options, counts)) {
        best_cost_ = 0;
        for (std::size_t o = 0; o < options.size(); ++o) {
            best_cost_ += prices[options[o].type.index()] * counts[o];
        }
    }
    current_.assign(options.size(), 0);
    nodes_ = 0;
    std::int64_t bound = 0;
    if (demand.after_loss().count() > 0) {
        bound = search_classes(prices, demand, options, node_limit);
    } else {
        order_items(prices, options, std::numeric_limits<std::int64_t>::max());
        bound = search(demand.required.count(), demand.min_replicas, node_limit);
    }
    std::ranges::copy(best_, counts.begin());
    return {best_cost_, bound, nodes_};
}

}  // namespace tangram::planner::price
