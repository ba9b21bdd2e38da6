#include "planner/close/core.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/random.h"

namespace tangram::planner::close {
namespace {

constexpr double kWhole = 1 - 1e-6;

class Choice {
public:
    Choice(const Question& question, const Relaxed& relaxed, const Counts* start,
           const Reach& reach)
        : question_(question),
          relaxed_(relaxed),
          start_(start),
          reach_(reach),
          units_(units_of(question)),
          most_(static_cast<std::int64_t>(reach.restart * static_cast<double>(units_.scale))),
          random_(reach.seed) {}

    Core choose() {
        out_.question = question_;
        if (reach_.settle) out_.complete = false;
        for (const ServiceId s : question_.services.ids()) choose_covers(s);
        for (std::size_t c = 0; c < question_.classes.size(); ++c) choose_cuts(c);
        return std::move(out_);
    }

private:
    using Cover = std::vector<std::int64_t>;

    void choose_covers(ServiceId s) {
        const ServiceChoice& choice = question_.services[s];
        if (choice.need.nothing()) return;
        const Cover* fixed = may_settle() ? settled(s) : nullptr;
        if (fixed != nullptr) {
            out_.question.services[s].list = {{*fixed}, true};
            return;
        }
        const auto prices = split_prices(question_, units_, relaxed_.duals, s);
        std::vector<Cover> covers =
            choice.list.complete ? choice.list.covers : near_covers(s, prices);
        if (start_ != nullptr) {
            Cover cover = start_cover(s);
            if (std::ranges::find(covers, cover) == covers.end())
                covers.push_back(std::move(cover));
        }
        std::vector<std::int64_t> cost;
        for (const Cover& cover : covers) cost.push_back(price_of(prices, cover));
        const std::int64_t least = *std::ranges::min_element(cost);
        std::vector<std::size_t> order(covers.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return cost[i]; });
        CoverList list{{}, true};
        for (const std::size_t i : order) {
            const bool near = cost[i] - least <= most_;
            if ((near && list.covers.size() < reach_.covers) || is_start(s, covers[i])) {
                list.covers.push_back(covers[i]);
            } else if (near) {
                out_.complete = false;
            }
        }
        out_.question.services[s].list = std::move(list);
    }

    [[nodiscard]] Cover start_cover(ServiceId s) const {
        const Demand& demand = question_.model->demands[s];
        const auto first = start_->instances.begin() + demand.first_option;
        return {first, first + demand.option_count};
    }

    // The cover that is settled, if one is.
    [[nodiscard]] const Cover* settled(ServiceId s) const {
        for (const Relaxed::Taken& taken : relaxed_.covers[s]) {
            if (taken.share < kWhole) continue;
            return start_ == nullptr || taken.cover == start_cover(s) ? &taken.cover : nullptr;
        }
        return nullptr;
    }

    // All of the class's GPUs stay in one cut, or out of use.
    [[nodiscard]] bool settle(std::size_t c) {
        const GpuClass& group = question_.classes[c];
        const auto gpus = static_cast<double>(group.gpus.size());
        std::optional<std::size_t> one;
        for (const auto& [cut, share] : relaxed_.cuts[c]) {
            if (share > gpus - (1 - kWhole)) one = cut;
            if (share > 1 - kWhole && !one) return false;
        }
        if (start_ != nullptr) {
            for (std::size_t j = 0; j < group.cuts.size(); ++j) {
                const std::int64_t wanted = j == one ? std::ssize(group.gpus) : 0;
                if (start_->cuts[c][j] != wanted) return false;
            }
        }
        if (!one && group.held) return false;
        GpuClass& left = out_.question.classes[c];
        left.cuts.clear();
        if (!one) return true;
        left.cuts.push_back(group.cuts[*one]);
        left.held = true;
        return true;
    }

    [[nodiscard]] bool may_settle() {
        return reach_.settle &&
               static_cast<std::int64_t>(random_.below(1'000)) >= reach_.free_per_thousand;
    }

    // Where there is no complete list: those within reach, or within less, and those known.
    [[nodiscard]] std::vector<Cover> near_covers(ServiceId s, std::span<const SplitPrice> prices) {
        constexpr std::int64_t kSteps = 20'000;
        const ServiceChoice& choice = question_.services[s];
        const auto options = question_.model->options_of(s);
        const Asked asked{choice.need, choice.limit};
        const std::int64_t least = cheapest_split(options, prices, asked, kSteps).cost;
        CoverList found;
        bool all = true;
        for (std::int64_t more = most_;; more /= 2) {
            found = splits_within(options, prices, asked, least + more, 4 * reach_.covers, kSteps);
            if (found.complete || more == 0) break;
            all = false;
        }
        if (!all) out_.complete = false;
        for (const Relaxed::Taken& taken : relaxed_.covers[s]) {
            if (std::ranges::find(found.covers, taken.cover) == found.covers.end()) {
                found.covers.push_back(taken.cover);
            }
        }
        return std::move(found.covers);
    }

    [[nodiscard]] bool is_start(ServiceId s, const Cover& cover) const {
        if (start_ == nullptr) return false;
        return std::equal(cover.begin(), cover.end(),
                          start_->instances.begin() + question_.model->demands[s].first_option);
    }

    void choose_cuts(std::size_t c) {
        if (may_settle() && settle(c)) return;
        const GpuClass& group = question_.classes[c];
        std::vector<std::int64_t> cost;
        for (const Cut& cut : group.cuts) {
            cost.push_back(price_of(question_, units_, relaxed_.duals, cut));
        }
        if (cost.empty()) return;
        const std::int64_t least = group.held
                                       ? *std::ranges::min_element(cost)
                                       : std::min<std::int64_t>(0, *std::ranges::min_element(cost));
        std::vector<std::size_t> order(cost.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t j) { return cost[j]; });
        std::vector<Cut>& cuts = out_.question.classes[c].cuts;
        cuts.clear();
        for (const std::size_t j : order) {
            const bool near = cost[j] - least <= most_;
            const bool in_start = start_ != nullptr && start_->cuts[c][j] > 0;
            if ((near && cuts.size() < reach_.cuts) || in_start) {
                cuts.push_back(group.cuts[j]);
            } else if (near) {
                out_.complete = false;
            }
        }
    }

    const Question& question_;
    const Relaxed& relaxed_;
    const Counts* start_;
    const Reach& reach_;
    const Units units_;
    const std::int64_t most_;
    Random random_;
    Core out_;
};

}  // namespace

Core core_of(const Question& question, const Relaxed& relaxed, const Counts* start,
             const Reach& reach) {
    return Choice(question, relaxed, start, reach).choose();
}

}  // namespace tangram::planner::close
