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
    Search(std::span<const Option> options, std::span<const std::int64_t> prices, const Need& need,
           std::int64_t steps)
        : options_(options), prices_(prices), need_(need), steps_(steps) {
        for (std::size_t i = 0; i < options.size(); ++i) order_.push_back(i);
        std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) {
            return Wide{prices[a]} * options[b].throughput.count() <
                   Wide{prices[b]} * options[a].throughput.count();
        });
        counts_.assign(options.size(), 0);
        // The cheapest instance from each depth on, for replicas.
        least_.assign(options.size() + 1, kNoLimit);
        for (std::size_t depth = options.size(); depth-- > 0;) {
            least_[depth] = std::min(least_[depth + 1], prices[order_[depth]]);
        }
    }

    std::int64_t cheapest() {
        best_ = kNoLimit;
        descend(0, need_, 0);
        return steps_ > 0 ? best_ : at_least(0, need_);
    }

    CoverList all(std::int64_t limit, std::size_t most) {
        listing_ = true;
        best_ = limit;
        most_ = most;
        descend(0, need_, 0);
        list_.complete = steps_ > 0 && !overflow_;
        return std::move(list_);
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
        if (listing_ ? total > best_ : total >= best_) return;
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
        if (!listing_) {
            best_ = std::min(best_, spent);
            return;
        }
        if (spent > best_ || !is_minimal(options_, counts_, need_)) return;
        if (list_.covers.size() == most_) {
            overflow_ = true;
        } else {
            list_.covers.push_back(counts_);
        }
    }

    std::span<const Option> options_;
    std::span<const std::int64_t> prices_;
    Need need_;
    std::int64_t steps_;
    std::vector<std::size_t> order_;
    std::vector<std::int64_t> least_;
    std::vector<std::int64_t> counts_;
    bool listing_ = false;
    bool overflow_ = false;
    std::int64_t best_ = 0;
    std::size_t most_ = 0;
    CoverList list_;
};

}  // namespace

bool is_minimal(std::span<const Option> options, std::span<const std::int64_t> counts,
                const Need& need) {
    std::int64_t rate = -need.required;
    std::int64_t replicas = -need.replicas;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        rate += counts[i] * options[i].throughput.count();
        replicas += counts[i];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool spare = rate >= options[i].throughput.count() && replicas >= 1;
        if (counts[i] > 0 && spare) return false;
    }
    return true;
}

std::int64_t cheapest_cover(std::span<const Option> options, std::span<const std::int64_t> prices,
                            const Need& need, std::int64_t steps) {
    if (need.nothing()) return 0;
    return Search(options, prices, need, steps).cheapest();
}

CoverList covers_within(std::span<const Option> options, std::span<const std::int64_t> prices,
                        const Need& need, std::int64_t limit, std::size_t most,
                        std::int64_t steps) {
    if (need.nothing()) return {{std::vector<std::int64_t>(options.size(), 0)}, true};
    return Search(options, prices, need, steps).all(limit, most);
}

}  // namespace tangram::planner::close
