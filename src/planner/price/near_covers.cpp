#include "planner/price/near_covers.h"

#include <algorithm>
#include <limits>

#include "planner/cover.h"

namespace tangram::planner::price {
namespace {

class Enumeration {
public:
    Enumeration(std::span<const std::int64_t> prices, const Demand& demand,
                std::span<const Option> options, std::span<const std::int32_t> current,
                const NearCoverLimits& limits)
        : demand_(demand), options_(options), current_(current), limits_(limits) {
        for (const Option& option : options) price_.push_back(prices[option.type.index()]);
        for (std::size_t o = 0; o < options.size(); ++o) {
            ceiling_ += price_[o] * current[o];
        }
        ceiling_ += limits.cost;
        counts_.assign(options.size(), 0);
    }

    NearCovers run() {
        for (const CoverClass& covers : cover_classes(demand_, options_)) {
            class_ = covers;
            if (order_items()) descend(0, class_.capacity, demand_.min_replicas, 0);
        }
        return std::move(found_);
    }

private:
    // The options of the class, expensive capacity first, so that the cheapest fills the rest by
    // division. False if the radius does not let go of an option the class has not.
    bool order_items() {
        order_.clear();
        for (std::size_t o = 0; o < options_.size(); ++o) {
            if (options_[o].throughput.count() <= class_.largest) {
                order_.push_back(o);
            } else if (current_[o] > limits_.radius) {
                return false;
            }
        }
        std::ranges::sort(order_, [&](std::size_t a, std::size_t b) {
            const double left = ratio(a);
            const double right = ratio(b);
            return left != right ? left > right : a < b;
        });
        least_ratio_.assign(order_.size() + 1, std::numeric_limits<double>::infinity());
        for (std::size_t i = order_.size(); i-- > 0;) {
            least_ratio_[i] = std::min(least_ratio_[i + 1], ratio(order_[i]));
        }
        return true;
    }

    [[nodiscard]] double ratio(std::size_t o) const {
        return static_cast<double>(price_[o]) /
               static_cast<double>(options_[o].throughput.count()) * (1.0 - 1e-14);
    }

    void descend(std::size_t i, std::int64_t rest, std::int64_t replicas, std::int64_t cost) {
        if (++found_.nodes > limits_.nodes || found_.changes.size() >= limits_.changes) {
            found_.complete = false;
            return;
        }
        if (i == order_.size()) return accept(rest, replicas, cost);
        const std::size_t o = order_[i];
        const std::int64_t throughput = options_[o].throughput.count();
        const std::int64_t needed =
            std::max({rest > 0 ? (rest - 1) / throughput + 1 : 0, replicas, std::int64_t{0}});
        std::int64_t low = std::max<std::int64_t>(0, std::int64_t{current_[o]} - limits_.radius);
        const std::int64_t high =
            std::min<std::int64_t>(std::int64_t{current_[o]} + limits_.radius, needed);
        if (i + 1 == order_.size()) low = std::max(low, needed);
        for (std::int64_t count = low; count <= high; ++count) {
            const std::int64_t new_rest = rest - count * throughput;
            const std::int64_t new_cost = cost + count * price_[o];
            double least = static_cast<double>(new_cost);
            if (new_rest > 0) least += static_cast<double>(new_rest) * least_ratio_[i + 1];
            // Later options give capacity no dearer than this one: more of it only costs more.
            if (i + 1 < order_.size() && least > static_cast<double>(ceiling_)) break;
            counts_[o] = static_cast<std::int32_t>(count);
            descend(i + 1, new_rest, replicas - count, new_cost);
        }
        counts_[o] = 0;
    }

    void accept(std::int64_t rest, std::int64_t replicas, std::int64_t cost) {
        if (rest > 0 || replicas > 0 || cost > ceiling_) return;
        std::int64_t largest = -1;
        for (std::size_t o = 0; o < counts_.size(); ++o) {
            if (counts_[o] == 0) continue;
            largest = std::max(largest, options_[o].throughput.count());
            if (replicas < 0 && rest + options_[o].throughput.count() <= 0) return;
        }
        if (demand_.after_loss().count() > 0 && (largest <= class_.above || can_spare_one())) {
            return;  // of another class, or one can be spared because it is the largest
        }
        CoverChange change;
        bool any = false;
        for (std::size_t o = 0; o < counts_.size(); ++o) {
            change.by_option.push_back(counts_[o] - current_[o]);
            change.cost += price_[o] * change.by_option.back();
            any = any || change.by_option.back() != 0;
        }
        if (any) found_.changes.push_back(std::move(change));
    }

    [[nodiscard]] bool can_spare_one() {
        for (std::int32_t& count : counts_) {
            if (count == 0) continue;
            --count;
            const bool spared = covers(demand_, options_, counts_);
            ++count;
            if (spared) return true;
        }
        return false;
    }

    const Demand& demand_;
    std::span<const Option> options_;
    std::span<const std::int32_t> current_;
    const NearCoverLimits& limits_;
    CoverClass class_;
    std::vector<std::int64_t> price_;
    std::vector<std::size_t> order_;
    std::vector<double> least_ratio_;
    std::vector<std::int32_t> counts_;
    std::int64_t ceiling_ = 0;
    NearCovers found_;
};

}  // namespace

NearCovers near_covers(std::span<const std::int64_t> prices, const Demand& demand,
                       std::span<const Option> options, std::span<const std::int32_t> current,
                       const NearCoverLimits& limits) {
    return Enumeration(prices, demand, options, current, limits).run();
}

}  // namespace tangram::planner::price
