#include "planner/explain/cheapest_cover.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <span>

namespace tangram::planner::explain {
namespace {

__extension__ using Wide = __int128;

std::int64_t divided_up(Wide a, Wide b) { return static_cast<std::int64_t>((a + b - 1) / b); }

struct Item {
    std::int64_t price = 0;
    std::int64_t throughput = 0;
    InstanceTypeId type;
};

// Cheapest capacity first; among equals the larger, so that fewer instances come first.
bool cheaper_capacity(const Item& a, const Item& b) {
    const Wide left = Wide{a.price} * b.throughput;
    const Wide right = Wide{b.price} * a.throughput;
    return left != right ? left < right : a.throughput > b.throughput;
}

class Search {
public:
    Search(std::vector<Item> items, std::int64_t required, std::int64_t replicas,
           std::uint64_t max_nodes)
        : items_(std::move(items)), replicas_(replicas), nodes_left_(max_nodes) {
        std::ranges::stable_sort(items_, cheaper_capacity);
        cheapest_ = static_cast<std::size_t>(std::ranges::min_element(items_, {}, &Item::price) -
                                             items_.begin());
        counts_.assign(items_.size(), 0);
        root_bound_ = lower_bound(0, required, 0);
        descend(0, required, 0, 0);
    }

    [[nodiscard]] Cover cover() const {
        Cover cover{{},
                    Price{best_price_},
                    Price{nodes_left_ > 0 ? best_price_ : std::min(best_price_, root_bound_)}};
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (best_[i] > 0) cover.uses.push_back({items_[i].type, best_[i]});
        }
        std::ranges::sort(cover.uses, {}, &Use::type);
        return cover;
    }

private:
    // Of what is still to pay with items from i on; `taken` instances are there already.
    [[nodiscard]] std::int64_t lower_bound(std::size_t i, std::int64_t rest,
                                           std::int64_t taken) const {
        const Item& item = items_[i];
        const std::int64_t capacity =
            rest > 0 ? divided_up(Wide{rest} * item.price, item.throughput) : 0;
        const std::int64_t missing = std::max<std::int64_t>(0, replicas_ - taken);
        return std::max(capacity, missing * items_[cheapest_].price);
    }

    void descend(std::size_t i, std::int64_t rest, std::int64_t taken, std::int64_t price) {
        // The first descent always ends in a cover, whatever the limit.
        if (nodes_left_ == 0 && !best_.empty()) return;
        if (nodes_left_ > 0) --nodes_left_;
        if (rest <= 0) return finish(taken, price);
        if (i == items_.size()) return;
        if (!best_.empty() && price + lower_bound(i, rest, taken) >= best_price_) return;
        const Item& item = items_[i];
        const std::int64_t most = divided_up(rest, item.throughput);
        const std::int64_t least = i + 1 == items_.size() ? most : 0;
        for (std::int64_t count = most; count >= least; --count) {
            counts_[i] = count;
            descend(i + 1, rest - count * item.throughput, taken + count,
                    price + count * item.price);
            if (nodes_left_ == 0) break;
        }
        counts_[i] = 0;
    }

    // Capacity is there; replicas still missing are the cheapest ones.
    void finish(std::int64_t taken, std::int64_t price) {
        const std::int64_t missing = std::max<std::int64_t>(0, replicas_ - taken);
        price += missing * items_[cheapest_].price;
        if (!best_.empty() && price >= best_price_) return;
        best_ = counts_;
        best_[cheapest_] += missing;
        best_price_ = price;
    }

    std::vector<Item> items_;
    std::size_t cheapest_ = 0;
    std::int64_t replicas_ = 1;
    std::int64_t root_bound_ = 0;
    std::vector<std::int64_t> counts_;
    std::vector<std::int64_t> best_;  // empty until a cover is found
    std::int64_t best_price_ = std::numeric_limits<std::int64_t>::max();
    std::uint64_t nodes_left_;
};

}  // namespace

Cover cheapest_cover(const PlanningModel& model, ServiceId service, const Prices& prices,
                     std::uint64_t max_nodes) {
    const std::span<const Option> options = model.options_of(service);
    CHECK(!options.empty());
    std::vector<Item> items;
    for (const Option& option : options) {
        items.push_back(
            {prices.types[option.type].count(), option.throughput.count(), option.type});
    }
    const Demand& demand = model.demands[service];
    const std::int64_t left = demand.after_loss().count();
    if (left == 0) {
        return Search(std::move(items), demand.required.count(), demand.min_replicas, max_nodes)
            .cover();
    }
    // Each item in turn may be the largest; its loss is paid for whether it is used or not.
    std::optional<Cover> best;
    Price bound{std::numeric_limits<std::int64_t>::max()};
    for (const Item& largest : items) {
        std::vector<Item> allowed;
        std::ranges::copy_if(items, std::back_inserter(allowed), [&](const Item& item) {
            return item.throughput <= largest.throughput;
        });
        const std::int64_t required = std::max(demand.required.count(), left + largest.throughput);
        Cover cover = Search(std::move(allowed), required, demand.min_replicas, max_nodes).cover();
        bound = std::min(bound, cover.bound);
        if (!best || cover.price < best->price) best = std::move(cover);
    }
    best->bound = bound;
    return *std::move(best);
}

}  // namespace tangram::planner::explain
