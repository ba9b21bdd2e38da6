#include "planner/close/split_cover.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tangram::planner::close {
namespace {

__extension__ using Wide = __int128;  // price x rate

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a - 1) / b + 1; }

std::int64_t priced(std::int64_t rate, std::int64_t price, std::int64_t throughput) {
    return static_cast<std::int64_t>((Wide{rate} * price + throughput - 1) / throughput);
}

struct Item {
    std::size_t option = 0;
    std::int64_t price = 0, throughput = 0, money = 0;
    std::int64_t most = kUnlimited;
    std::int64_t after = 0;  // only once there are so many of the option
};

class Search {
public:
    Search(std::span<const Option> options, std::span<const SplitPrice> prices,
           const Knapsack& knapsack, std::int64_t money, std::int64_t steps)
        : options_(options),
          knapsack_(knapsack),
          money_(money),
          steps_(steps),
          counts_(options.size(), 0) {
        for (std::size_t i = 0; i < options.size(); ++i) {
            const std::int64_t throughput = options[i].throughput.count();
            if (throughput > knapsack.most) continue;
            const SplitPrice& price = prices[i];
            const bool split = price.available > 0 && price.kept < price.fresh;
            if (split) {
                items_.push_back({i, price.kept, throughput, price.money, price.available, 0});
            }
            items_.push_back(
                {i, price.fresh, throughput, price.money, kUnlimited, split ? price.available : 0});
        }
        std::ranges::stable_sort(items_, [](const Item& a, const Item& b) {
            return Wide{a.price} * b.throughput < Wide{b.price} * a.throughput;
        });
        set_rests();
    }

    SplitCover cheapest() {
        const std::int64_t steps = steps_;
        const std::int64_t least = at_least(0, knapsack_.need);
        descend(0, knapsack_.need, 0, 0);
        const bool whole = steps_ > 0;
        return {whole ? best_ : least, std::move(cover_),
                steps - std::max<std::int64_t>(steps_, 0)};
    }

    // Adds to `list` those that are minimal for `whole`, of which this is one knapsack.
    void all(std::int64_t limit, std::size_t most, const Need& whole, CoverList& list) {
        list_ = &list;
        whole_ = &whole;
        best_ = limit;
        most_ = most;
        descend(0, knapsack_.need, 0, 0);
        list.complete = list.complete && steps_ > 0 && !overflow_;
    }

private:
    // The least of the items from each depth on.
    struct Rest {
        std::int64_t price = kUnlimited;  // of an instance
        std::int64_t money = kUnlimited;
        std::size_t thrifty = 0;  // takes the least of the limit per rate
    };

    void set_rests() {
        rests_.resize(items_.size() + 1);
        for (std::size_t d = items_.size(); d-- > 0;) {
            Rest& rest = rests_[d];
            rest = rests_[d + 1];
            const Item& item = items_[d];
            rest.price = std::min(rest.price, item.price);
            rest.money = std::min(rest.money, item.money);
            const Item& other = items_[rest.thrifty];
            if (d + 1 == items_.size() ||
                Wide{item.money} * other.throughput < Wide{other.money} * item.throughput) {
                rest.thrifty = d;
            }
        }
    }

    // The fractional rest, rounded up: costs are whole.
    [[nodiscard]] std::int64_t at_least(std::size_t depth, const Need& rest) const {
        std::int64_t left = rest.required;
        std::int64_t cost = 0;
        for (std::size_t d = depth; left > 0; ++d) {
            const Item& item = items_[d];
            if (item.most == kUnlimited || item.most >= ceil_div(left, item.throughput)) {
                cost += priced(left, item.price, item.throughput);
                break;
            }
            cost += item.most * item.price;
            left -= item.most * item.throughput;
        }
        if (rest.replicas <= 0) return cost;
        return std::max(cost, rest.replicas * rests_[depth].price);
    }

    [[nodiscard]] bool too_dear(std::size_t depth, const Need& rest, std::int64_t money) const {
        const Item& item = items_[rests_[depth].thrifty];
        const std::int64_t by_rate =
            rest.required <= 0 ? 0 : priced(rest.required, item.money, item.throughput);
        const std::int64_t by_count = rest.replicas <= 0 ? 0 : rest.replicas * rests_[depth].money;
        return std::max(by_rate, by_count) > money_ - money;
    }

    [[nodiscard]] bool done() const { return overflow_ || steps_ <= 0; }

    void descend(std::size_t depth, const Need& rest, std::int64_t spent, std::int64_t money) {
        if (--steps_ <= 0) return;
        if (rest.nothing()) {
            if (money <= money_) take(spent);
            return;
        }
        if (depth == items_.size() || too_dear(depth, rest, money)) return;
        const std::int64_t total = spent + at_least(depth, rest);
        if (list_ != nullptr ? total > best_ : total >= best_) return;
        const Item& item = items_[depth];
        std::int64_t& counted = counts_[item.option];
        const std::int64_t before = counted;
        std::int64_t count = 0;
        if (before >= item.after) {
            count = std::max(ceil_div(rest.required, item.throughput), rest.replicas);
            count = std::min(count, item.most);
        }
        for (; count >= 0 && !done(); --count) {
            counted = before + count;
            descend(depth + 1, {rest.required - count * item.throughput, rest.replicas - count},
                    spent + count * item.price, money + count * item.money);
        }
        counted = before;
    }

    void take(std::int64_t spent) {
        if (list_ == nullptr) {
            if (spent >= best_) return;
            best_ = spent;
            cover_ = counts_;
            return;
        }
        const bool here = largest_of(options_, counts_) > knapsack_.above;
        if (spent > best_ || !here || !is_minimal(options_, counts_, *whole_)) return;
        if (list_->covers.size() == most_) {
            overflow_ = true;
        } else {
            list_->covers.push_back(counts_);
        }
    }

    std::span<const Option> options_;
    const Knapsack& knapsack_;
    std::int64_t money_;
    std::int64_t steps_;
    std::vector<Item> items_;
    std::vector<Rest> rests_;  // by depth
    std::vector<std::int64_t> counts_;
    std::int64_t best_ = kUnlimited;
    std::vector<std::int64_t> cover_;
    bool overflow_ = false;
    std::size_t most_ = 0;
    const Need* whole_ = nullptr;
    CoverList* list_ = nullptr;  // where all are asked for
};

}  // namespace

SplitCover cheapest_split(std::span<const Option> options, std::span<const SplitPrice> prices,
                          const Asked& asked, std::int64_t steps) {
    if (asked.need.nothing()) return {0, std::vector<std::int64_t>(options.size(), 0), 1};
    SplitCover best{kUnlimited, {}, 0};
    for (const Knapsack& knapsack : knapsacks_of(options, asked.need)) {
        SplitCover cover = Search(options, prices, knapsack, asked.money, steps).cheapest();
        const std::int64_t spent = best.steps + cover.steps;
        if (best.steps == 0 || cover.cost < best.cost) best = std::move(cover);
        best.steps = spent;
    }
    return best;
}

CoverList splits_within(std::span<const Option> options, std::span<const SplitPrice> prices,
                        const Asked& asked, std::int64_t limit, std::size_t most,
                        std::int64_t steps) {
    if (asked.need.nothing()) return {{std::vector<std::int64_t>(options.size(), 0)}, true};
    CoverList list{{}, true};
    for (const Knapsack& knapsack : knapsacks_of(options, asked.need)) {
        Search(options, prices, knapsack, asked.money, steps).all(limit, most, asked.need, list);
    }
    return list;
}

}  // namespace tangram::planner::close
