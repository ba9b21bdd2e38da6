#include "planner/price/settle.h"

#include <algorithm>
#include <cmath>

#include "lp/model.h"
#include "planner/cover.h"
#include "planner/price/near_covers.h"

namespace tangram::planner::price {
namespace {

constexpr std::size_t kLatestCuts = 10;
constexpr double kUnit = static_cast<double>(kCostPerUnit * kPricePerCost);
constexpr double kCostWeight = 20;  // of a cover's extra cost against its distance to the mix

using Cover = std::vector<std::int32_t>;  // by option

// The covers of the mix, and those of the latest cuts, which are near the best prices.
std::vector<Cover> distinct_covers(const Bound& bound, const Demand& demand) {
    std::vector<Cover> covers;
    for (std::size_t j = 0; j < bound.cuts.size(); ++j) {
        const bool in_mix = j < bound.weights.size() && bound.weights[j] > 0;
        if (!in_mix && j + kLatestCuts < bound.cuts.size()) continue;
        const auto begin = bound.cuts[j]->counts.begin() + demand.first_option;
        covers.emplace_back(begin, begin + demand.option_count);
    }
    std::ranges::sort(covers);
    covers.erase(std::ranges::unique(covers).begin(), covers.end());
    return covers;
}

class Settlement {
public:
    Settlement(const PlanningModel& model, const Bound& bound, std::span<const ServiceId> demands,
               Assignment& assignment, std::uint64_t& work)
        : model_(model),
          bound_(bound),
          demands_(demands),
          assignment_(assignment),
          work_(work),
          error_(model.types.size(), 0.0) {}

    std::vector<double> run() {
        build();
        const lp::Solution solution = lp::solve(lp_, {});
        work_ += 20 * lp_.cost.size();
        if (solution.status != lp::Status::kOptimal) return {};
        std::vector<std::size_t> fractional;
        for (std::size_t i = 0; i < demands_.size(); ++i) {
            if (!take_whole(i, solution)) fractional.push_back(i);
        }
        for (const std::size_t i : fractional) take_near_mix(i, solution);
        std::vector<double> partitions = solution.values;
        partitions.resize(model_.partitions.size());
        return partitions;
    }

private:
    void build();
    void add_mix(const GpuMix& mix);
    bool take_whole(std::size_t i, const lp::Solution& solution);
    void take_near_mix(std::size_t i, const lp::Solution& solution);
    void take(std::size_t i, const Cover& cover);
    [[nodiscard]] Cover rounded_mix(const Demand& demand, std::span<const Option> options);
    [[nodiscard]] double distance(std::span<const Option> options, const Cover& cover) const;

    const PlanningModel& model_;
    const Bound& bound_;
    std::span<const ServiceId> demands_;
    Assignment& assignment_;
    std::uint64_t& work_;
    lp::Model lp_;
    std::vector<std::vector<Cover>> covers_;  // by position in demands_
    std::vector<std::size_t> first_column_;   // of their covers
    std::vector<double> error_;               // fractional demands: taken less mix, by type
    CoverSearch search_;
};

// minimise the partitions' worth, such that they hold the fixed covers and the combinations.
void Settlement::build() {
    std::vector<std::vector<lp::Term>> balance(model_.types.size());
    for (const PartitionChoice& partition : model_.partitions) {
        const auto worth = static_cast<double>(bound_.prices.gpus[partition.entry.index()]);
        const int column = lp_.add_column(worth / kUnit, 0.0, lp::kInfinity);
        for (std::size_t k = 0; k < balance.size(); ++k) {
            if (partition.counts[k] > 0) {
                balance[k].push_back({column, static_cast<double>(partition.counts[k])});
            }
        }
    }
    if (bound_.mix) add_mix(*bound_.mix);
    for (const ServiceId s : demands_) {
        const auto options = model_.options_of(s);
        covers_.push_back(distinct_covers(bound_, model_.demands[s]));
        first_column_.push_back(lp_.cost.size());
        std::vector<lp::Term> one;
        for (const Cover& cover : covers_.back()) {
            const int column = lp_.add_column(0.0, 0.0, 1.0);
            one.push_back({column, 1.0});
            for (std::size_t o = 0; o < options.size(); ++o) {
                if (cover[o] == 0) continue;
                balance[options[o].type.index()].push_back(
                    {column, -static_cast<double>(cover[o])});
            }
        }
        lp_.add_row(1.0, 1.0, one);
    }
    for (std::size_t k = 0; k < balance.size(); ++k) {
        lp_.add_row(static_cast<double>(assignment_.totals[k]), lp::kInfinity, balance[k]);
    }
}

// Without this the vertex might be at a fleet that costs the same and is another one.
void Settlement::add_mix(const GpuMix& mix) {
    for (const FleetEntryId e : mix.ids()) {
        std::vector<lp::Term> terms;
        for (const PartitionId m : model_.partitions.ids()) {
            if (model_.partitions[m].entry == e)
                terms.push_back({static_cast<int>(m.index()), 1.0});
        }
        lp_.add_row(-lp::kInfinity, static_cast<double>(mix[e]), terms);
    }
}

void Settlement::take(std::size_t i, const Cover& cover) {
    const auto options = model_.options_of(demands_[i]);
    std::ranges::copy(cover, assignment_.counts.begin() + model_.demands[demands_[i]].first_option);
    for (std::size_t o = 0; o < options.size(); ++o) {
        assignment_.totals[options[o].type.index()] += cover[o];
    }
}

bool Settlement::take_whole(std::size_t i, const lp::Solution& solution) {
    for (std::size_t c = 0; c < covers_[i].size(); ++c) {
        if (solution.values[first_column_[i] + c] < 1.0 - 1e-7) continue;
        take(i, covers_[i][c]);
        return true;
    }
    return false;
}

// The whole part of the wanted counts (the mix less the error so far) and a cover of what it lacks.
Cover Settlement::rounded_mix(const Demand& demand, std::span<const Option> options) {
    Cover rounded;
    // Paying for the loss of the largest type there is makes it a cover whatever is added; where
    // that is too much, the near covers are cheaper.
    Demand rest = demand;
    rest.required = Rate{capacity_at_most(demand, options)};
    rest.after_gpu_loss = rest.after_node_loss = Rate{0};
    for (const Option& option : options) {
        const double wanted = std::max(0.0, -error_[option.type.index()]);
        rounded.push_back(static_cast<std::int32_t>(std::floor(wanted + 1e-9)));
        rest.required -= option.throughput * rounded.back();
        rest.min_replicas -= rounded.back();
    }
    Cover extra(options.size(), -1);
    work_ += search_.find(bound_.prices.types, rest, options, extra, 2'000).nodes;
    for (std::size_t o = 0; o < options.size(); ++o) rounded[o] += extra[o];
    return rounded;
}

double Settlement::distance(std::span<const Option> options, const Cover& cover) const {
    double sum = 0;
    for (std::size_t o = 0; o < options.size(); ++o) {
        const std::size_t k = options[o].type.index();
        const double price = static_cast<double>(bound_.prices.types[k]) + 1.0;
        const double off = price * (error_[k] + cover[o]);
        sum += off * off;
    }
    return std::sqrt(sum);
}

void Settlement::take_near_mix(std::size_t i, const lp::Solution& solution) {
    const Demand& demand = model_.demands[demands_[i]];
    const auto options = model_.options_of(demands_[i]);
    for (std::size_t c = 0; c < covers_[i].size(); ++c) {
        const double weight = std::max(0.0, solution.values[first_column_[i] + c]);
        for (std::size_t o = 0; o < options.size(); ++o) {
            error_[options[o].type.index()] -= weight * covers_[i][c][o];
        }
    }
    const Cover rounded = rounded_mix(demand, options);
    NearCoverLimits limits{.cost = 0, .radius = 3, .changes = 400, .nodes = 4'000};
    limits.cost = *std::ranges::max_element(bound_.prices.types) / 200;
    const NearCovers near = near_covers(bound_.prices.types, demand, options, rounded, limits);
    work_ += near.nodes;
    Cover best = rounded;
    double best_score = distance(options, rounded);
    for (const CoverChange& change : near.changes) {
        Cover cover = rounded;
        for (std::size_t o = 0; o < options.size(); ++o) cover[o] += change.by_option[o];
        const double score =
            distance(options, cover) + kCostWeight * static_cast<double>(change.cost);
        if (score < best_score) {
            best_score = score;
            best = std::move(cover);
        }
    }
    for (std::size_t o = 0; o < options.size(); ++o) error_[options[o].type.index()] += best[o];
    take(i, best);
}

}  // namespace

std::vector<double> settle(const PlanningModel& model, const Bound& bound,
                           std::span<const ServiceId> demands, Assignment& assignment,
                           std::uint64_t& work) {
    return Settlement(model, bound, demands, assignment, work).run();
}

}  // namespace tangram::planner::price
