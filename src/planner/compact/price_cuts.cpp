#include "planner/compact/price_cuts.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "lp/model.h"
#include "planner/compact/formulation.h"

namespace tangram::planner::compact {
namespace {

constexpr int kRoundsAtMost = 500;
constexpr double kRelativeGap = 1e-7;  // as good as the LP's own tolerance
constexpr double kRentAtMost = 1e6;  // times the dearest GPU; keeps the LP bounded where caps bind

// A fractional cover: `first` of one option, `second` of another.
struct FractionalCover {
    double price = lp::kInfinity;
    std::size_t i = 0, j = 0;
    double first = 0, second = 0;
};

double price_of(const RealPrices& prices, const Option& option) {
    return prices.types[option.type.index()];
}

// Two constraints, so at most two options: one alone, or two of which both are tight.
FractionalCover cheapest_cover(const RealPrices& prices, const Demand& demand,
                               std::span<const Option> options) {
    const auto required = static_cast<double>(demand.required.count());
    const auto replicas = static_cast<double>(demand.min_replicas);
    FractionalCover best;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const auto t = static_cast<double>(useful_throughput(options[i], demand));
        const double count = std::max(required / t, replicas);
        const double price = count * price_of(prices, options[i]);
        if (price < best.price) best = {price, i, i, count, 0};
    }
    for (std::size_t i = 0; demand.min_replicas > 0 && i < options.size(); ++i) {
        const auto fast = static_cast<double>(useful_throughput(options[i], demand));
        for (std::size_t j = 0; j < options.size(); ++j) {
            const auto slow = static_cast<double>(useful_throughput(options[j], demand));
            if (fast * replicas <= required || slow * replicas >= required) continue;
            const double first = (required - slow * replicas) / (fast - slow);
            const double second = replicas - first;
            const double price =
                first * price_of(prices, options[i]) + second * price_of(prices, options[j]);
            if (price < best.price) best = {price, i, j, first, second};
        }
    }
    return best;
}

class Search {
public:
    Search(const PlanningModel& model, const PlanOptions& options)
        : model_(model), options_(options), lp_(first_rows()) {}

    PriceSearch run() {
        query_ = starting_prices();
        for (int round = 0; round < kRoundsAtMost; ++round) {
            const double value = evaluate();
            if (round == 0 || value > best_value_) {
                best_value_ = value;
                out_.prices = query_;
            }
            if (stopped() || !propose()) break;
            const double gap = proposal_value_ - best_value_;
            if (stalled_ || gap <= kRelativeGap * std::max(1.0, std::abs(best_value_))) {
                out_.converged = true;
                break;
            }
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] int rent_column(std::size_t entry) const {
        return static_cast<int>(model_.types.size() + entry);
    }
    [[nodiscard]] int value_column() const { return rent_column(model_.entries.size()); }

    // maximise the value, such that every partition's instances cost at most its GPU and rent.
    [[nodiscard]] lp::Model first_rows() const {
        double dearest = 0;
        for (const PartitionChoice& partition : model_.partitions) {
            dearest = std::max(dearest, cost_units(partition.cost));
        }
        lp::Model master;
        master.maximise = true;
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            master.add_column(0, 0, lp::kInfinity);
        }
        for (const EntryLimit& entry : model_.entries) {
            master.add_column(0, 0, entry.cap ? kRentAtMost * dearest : 0);
        }
        master.add_column(1, -lp::kInfinity, lp::kInfinity);
        for (const PartitionChoice& partition : model_.partitions) {
            std::vector<lp::Term> terms;
            for (std::size_t k = 0; k < partition.counts.size(); ++k) {
                const int count = partition.counts[k];
                if (count > 0) terms.push_back({static_cast<int>(k), static_cast<double>(count)});
            }
            terms.push_back({rent_column(partition.entry.index()), -1});
            master.add_row(-lp::kInfinity, cost_units(partition.cost), terms);
        }
        return master;
    }

    // Each type the smallest share of a GPU it may have: feasible.
    [[nodiscard]] RealPrices starting_prices() const {
        RealPrices prices{std::vector<double>(model_.types.size(), lp::kInfinity),
                          std::vector<double>(model_.entries.size(), 0.0)};
        for (const PartitionChoice& partition : model_.partitions) {
            double instances = 0;
            for (const int count : partition.counts) instances += count;
            for (std::size_t k = 0; k < prices.types.size(); ++k) {
                if (partition.counts[k] == 0) continue;
                prices.types[k] = std::min(prices.types[k], cost_units(partition.cost) / instances);
            }
        }
        for (double& price : prices.types) price = std::isfinite(price) ? price : 0.0;
        return prices;
    }

    // L at the query, and its cut added to the LP.
    double evaluate() {
        totals_.assign(model_.types.size(), 0.0);
        double value = 0;
        for (const ServiceId s : model_.demands.ids()) {
            const auto options = model_.options_of(s);
            if (options.empty()) continue;
            const FractionalCover cover = cheapest_cover(query_, model_.demands[s], options);
            value += cover.price;
            totals_[options[cover.i].type.index()] += cover.first;
            totals_[options[cover.j].type.index()] += cover.second;
        }
        out_.work += model_.options.size();
        for (std::size_t e = 0; e < query_.rents.size(); ++e) value -= cap(e) * query_.rents[e];
        // Rows are scaled so that coefficients stay near 1, whatever the number of services.
        double scale = 1;
        for (const double total : totals_) scale = std::max(scale, total);
        std::vector<lp::Term> terms{{value_column(), 1 / scale}};
        for (std::size_t k = 0; k < totals_.size(); ++k) {
            if (totals_[k] > 0) terms.push_back({static_cast<int>(k), -totals_[k] / scale});
        }
        for (std::size_t e = 0; e < query_.rents.size(); ++e) {
            if (cap(e) > 0) terms.push_back({rent_column(e), cap(e) / scale});
        }
        lp_.add_row(-lp::kInfinity, 0, terms);
        return value;
    }

    // The next query; false if the LP fails.
    bool propose() {
        const lp::Solution solution = lp_.solve();
        if (solution.status != lp::Status::kOptimal) return false;
        proposal_value_ = solution.objective;
        RealPrices proposal;
        for (std::size_t k = 0; k < model_.types.size(); ++k) {
            proposal.types.push_back(solution.values[k]);
        }
        for (std::size_t e = 0; e < model_.entries.size(); ++e) {
            proposal.rents.push_back(solution.values[model_.types.size() + e]);
        }
        // A cut at a point between may leave the proposal as it was; then it is queried itself.
        const bool moved = proposal.types != proposal_.types || proposal.rents != proposal_.rents;
        stalled_ = !moved && queried_itself_;
        queried_itself_ = !moved;
        proposal_ = proposal;
        query_ = std::move(proposal);
        if (moved) halfway_to_best();
        return true;
    }

    void halfway_to_best() {
        for (std::size_t k = 0; k < query_.types.size(); ++k) {
            query_.types[k] = (query_.types[k] + out_.prices.types[k]) / 2;
        }
        for (std::size_t e = 0; e < query_.rents.size(); ++e) {
            query_.rents[e] = (query_.rents[e] + out_.prices.rents[e]) / 2;
        }
    }

    bool stopped() {
        if (options_.cancelled && options_.cancelled()) out_.cancelled = true;
        if (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline) {
            out_.deadline_struck = true;
        }
        return out_.cancelled || out_.deadline_struck || out_.work >= options_.work_budget;
    }

    [[nodiscard]] double cap(std::size_t entry) const {
        const auto limit = model_.entries[FleetEntryId{entry}].cap;
        return limit ? static_cast<double>(*limit) : 0.0;
    }

    const PlanningModel& model_;
    const PlanOptions& options_;
    lp::IncrementalLp lp_;
    RealPrices query_, proposal_;
    double proposal_value_ = 0;
    double best_value_ = 0;
    bool queried_itself_ = false;  // the proposal, not a point between
    bool stalled_ = false;         // and even that cut nothing off, within the LP's tolerance
    std::vector<double> totals_;
    PriceSearch out_;
};

}  // namespace

PriceSearch search_prices(const PlanningModel& model, const PlanOptions& options) {
    return Search(model, options).run();
}

}  // namespace tangram::planner::compact
