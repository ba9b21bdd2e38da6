#include "planner/close/covers.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace tangram::planner::close {
namespace {

__extension__ using Wide = __int128;  // price x rate

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a - 1) / b + 1; }

// Depth-first over the options, the cheapest per rate first, counts high to low.
class Search {
public:
    Search(std::span<const Option> options, std::span<const std::int64_t> prices,
           const Knapsack& knapsack, std::int64_t steps)
        : options_(options),
          prices_(prices),
          above_(knapsack.above),
          need_(knapsack.need),
          steps_(steps) {
        for (std::size_t i = 0; i < options.size(); ++i) {
            if (options[i].throughput.count() <= knapsack.most) order_.push_back(i);
        }
        std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) {
            return Wide{prices[a]} * options[b].throughput.count() <
                   Wide{prices[b]} * options[a].throughput.count();
        });
        counts_.assign(options.size(), 0);
        // The cheapest instance from each depth on, for replicas.
        least_.assign(order_.size() + 1, kNoLimit);
        for (std::size_t depth = order_.size(); depth-- > 0;) {
            least_[depth] = std::min(least_[depth + 1], prices[order_[depth]]);
        }
    }

    std::int64_t cheapest() {
        best_ = kNoLimit;
        descend(0, need_, 0);
        return steps_ > 0 ? best_ : at_least(0, need_);
    }

    // Adds to `list` those that are minimal for `whole`, of which this is one knapsack.
    void all(std::int64_t limit, std::size_t most, const Need& whole, CoverList& list) {
        list_ = &list;
        whole_ = &whole;
        best_ = limit;
        most_ = most;
        descend(0, need_, 0);
        list.complete = list.complete && steps_ > 0 && !overflow_;
    }

private:
    // What the rest costs at least, from the options at `depth` on.
    [[nodiscard]] std::int64_t at_least(std::size_t depth, const Need& rest) const {
        if (rest.nothing()) return 0;
        const std::size_t first = order_[depth];  // the cheapest per rate of those left
        const Wide rate = Wide{std::max<std::int64_t>(rest.required, 0)} * prices_[first];
        const std::int64_t throughput = options_[first].throughput.count();
        const auto by_rate = static_cast<std::int64_t>((rate + throughput - 1) / throughput);
        return std::max(by_rate, std::max<std::int64_t>(rest.replicas, 0) * least_[depth]);
    }

    void descend(std::size_t depth, const Need& rest, std::int64_t spent) {
        if (overflow_ || --steps_ <= 0) return;
        if (rest.nothing()) {
            take(spent);
            return;
        }
        if (depth == order_.size()) return;
        const std::int64_t total = spent + at_least(depth, rest);
        if (list_ != nullptr ? total > best_ : total >= best_) return;
        const std::size_t i = order_[depth];
        const std::int64_t throughput = options_[i].throughput.count();
        std::int64_t count = std::max(ceil_div(rest.required, throughput), rest.replicas);
        for (; count >= 0; --count) {
            counts_[i] = count;
            descend(depth + 1, {rest.required - count * throughput, rest.replicas - count},
                    spent + count * prices_[i]);
        }
        counts_[i] = 0;
    }

    void take(std::int64_t spent) {
        if (list_ == nullptr) {
            best_ = std::min(best_, spent);
            return;
        }
        const bool here = largest_of(options_, counts_) > above_;
        if (spent > best_ || !here || !is_minimal(options_, counts_, *whole_)) return;
        if (list_->covers.size() == most_) {
            overflow_ = true;
        } else {
            list_->covers.push_back(counts_);
        }
    }

    std::span<const Option> options_;
    std::span<const std::int64_t> prices_;
    std::int64_t above_;
    Need need_;
    std::int64_t steps_;
    std::vector<std::size_t> order_;
    std::vector<std::int64_t> least_;
    std::vector<std::int64_t> counts_;
    bool overflow_ = false;
    std::int64_t best_ = 0;
    std::size_t most_ = 0;
    const Need* whole_ = nullptr;
    CoverList* list_ = nullptr;  // where all are asked for
};

}  // namespace

Need need_of(const Demand& demand) {
    Need need{demand.required.count(), demand.min_replicas};
    if (demand.after_loss().count() > 0) need.beside = demand.after_loss().count();
    return need;
}

std::int64_t largest_of(std::span<const Option> options, std::span<const std::int64_t> counts) {
    std::int64_t largest = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) largest = std::max(largest, options[i].throughput.count());
    }
    return largest;
}

bool covers(std::span<const Option> options, std::span<const std::int64_t> counts,
            const Need& need) {
    std::int64_t rate = 0;
    std::int64_t replicas = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        rate += counts[i] * options[i].throughput.count();
        replicas += counts[i];
    }
    return rate >= need.capacity(largest_of(options, counts)) && replicas >= need.replicas;
}

std::vector<Knapsack> knapsacks_of(std::span<const Option> options, const Need& need) {
    std::vector<std::int64_t> throughputs;
    for (const Option& option : options) throughputs.push_back(option.throughput.count());
    std::ranges::sort(throughputs);
    std::vector<Knapsack> knapsacks;
    for (const std::int64_t most : throughputs) {
        const std::int64_t capacity = need.capacity(most);
        if (!knapsacks.empty() && knapsacks.back().need.required == capacity) {
            knapsacks.back().most = most;
            continue;
        }
        const std::int64_t above = knapsacks.empty() ? -1 : knapsacks.back().most;
        knapsacks.push_back({above, most, {capacity, need.replicas}});
    }
    return knapsacks;
}

bool is_minimal(std::span<const Option> options, std::span<const std::int64_t> counts,
                const Need& need) {
    std::vector<std::int64_t> fewer(counts.begin(), counts.end());
    for (std::size_t i = 0; i < fewer.size(); ++i) {
        if (fewer[i] == 0) continue;
        --fewer[i];
        if (covers(options, fewer, need)) return false;
        ++fewer[i];
    }
    return true;
}

std::int64_t cheapest_cover(std::span<const Option> options, std::span<const std::int64_t> prices,
                            const Need& need, std::int64_t steps) {
    if (need.nothing()) return 0;
    std::int64_t least = kNoLimit;
    for (const Knapsack& knapsack : knapsacks_of(options, need)) {
        least = std::min(least, Search(options, prices, knapsack, steps).cheapest());
    }
    return least;
}

CoverList covers_within(std::span<const Option> options, std::span<const std::int64_t> prices,
                        const Need& need, std::int64_t limit, std::size_t most,
                        std::int64_t steps) {
    if (need.nothing()) return {{std::vector<std::int64_t>(options.size(), 0)}, true};
    CoverList list{{}, true};
    for (const Knapsack& knapsack : knapsacks_of(options, need)) {
        Search(options, prices, knapsack, steps).all(limit, most, need, list);
    }
    return list;
}

}  // namespace tangram::planner::close
