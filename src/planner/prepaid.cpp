#include "planner/prepaid.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "planner/cover.h"

namespace tangram::planner {
namespace {

// What one instance of each type costs on a GPU cut into nothing else.
std::vector<double> price_of_types(const PlanningModel& model) {
    std::vector<double> prices(model.types.size(), std::numeric_limits<double>::infinity());
    for (const PartitionChoice& partition : model.partitions) {
        for (std::size_t k = 0; k < prices.size(); ++k) {
            if (partition.counts[k] == 0) continue;
            const auto cost = static_cast<double>(partition.cost.count());
            prices[k] = std::min(prices[k], cost / partition.counts[k]);
        }
    }
    return prices;
}

// The least throughput such that every GPU model has a type that gives no more.
std::int64_t smallest_largest(const PlanningModel& model, std::span<const Option> options) {
    std::map<FleetEntryId, std::int64_t> smallest;
    for (const Option& option : options) {
        const std::int64_t throughput = option.throughput.count();
        const auto [it, added] = smallest.try_emplace(model.types[option.type].entry, throughput);
        it->second = std::min(it->second, throughput);
    }
    std::int64_t most = 0;
    for (const auto& [entry, throughput] : smallest) most = std::max(most, throughput);
    return most;
}

// The class of covers that instances of one type fill most cheaply.
CoverClass likely_cheapest(const PlanningModel& model, const std::vector<double>& prices,
                           const Demand& demand, std::span<const Option> options) {
    const std::int64_t least = smallest_largest(model, options);
    std::optional<CoverClass> best;
    double best_price = 0;
    for (const CoverClass& covers : cover_classes(demand, options)) {
        if (covers.largest < least) continue;
        double price = std::numeric_limits<double>::infinity();
        for (const Option& option : options) {
            const std::int64_t throughput = option.throughput.count();
            if (throughput > covers.largest) continue;
            const std::int64_t count = (covers.capacity + throughput - 1) / throughput;
            price = std::min(price, static_cast<double>(count) * prices[option.type.index()]);
        }
        if (best && price >= best_price) continue;
        best = covers;
        best_price = price;
    }
    return *best;
}

class Prepaying : public Planner {
public:
    explicit Prepaying(std::unique_ptr<Planner> planner) : planner_(std::move(planner)) {}

    [[nodiscard]] std::string_view name() const override { return planner_->name(); }
    [[nodiscard]] Outcome plan(const PlanningModel& model,
                               const PlanOptions& options) const override {
        const bool losses = std::ranges::any_of(
            model.demands, [](const Demand& demand) { return demand.after_loss().count() > 0; });
        if (!losses) return planner_->plan(model, options);
        PlanOptions inner = options;
        if (options.progress) {
            inner.progress = [&options](Cost best, Cost) { options.progress(best, Cost{}); };
        }
        Outcome outcome = planner_->plan(losses_prepaid(model), inner);
        outcome.bound = Cost{};
        outcome.prices = {};
        outcome.gpus_needed.reset();
        if (outcome.status == Status::kInfeasible) {
            outcome.status = Status::kUnknown;
            outcome.stop_reason = "with losses paid in advance: " + outcome.stop_reason;
        } else if (outcome.plan) {
            const bool free = outcome.cost == outcome.bound;
            outcome.status = free ? Status::kOptimal : Status::kFeasible;
        }
        return outcome;
    }

private:
    std::unique_ptr<Planner> planner_;
};

}  // namespace

PlanningModel losses_prepaid(const PlanningModel& model) {
    PlanningModel prepaid = model;
    prepaid.options.clear();
    const std::vector<double> prices = price_of_types(model);
    for (const ServiceId service : model.demands.ids()) {
        const auto options = model.options_of(service);
        Demand& demand = prepaid.demands[service];
        std::int64_t largest = std::numeric_limits<std::int64_t>::max();
        if (demand.after_loss().count() > 0) {
            const CoverClass covers = likely_cheapest(model, prices, demand, options);
            largest = covers.largest;
            demand.required = Rate{covers.capacity};
            demand.after_gpu_loss = demand.after_node_loss = Rate{0};
        }
        demand.first_option = static_cast<std::uint32_t>(prepaid.options.size());
        std::ranges::copy_if(
            options, std::back_inserter(prepaid.options),
            [&](const Option& option) { return option.throughput.count() <= largest; });
        demand.option_count =
            static_cast<std::uint32_t>(prepaid.options.size()) - demand.first_option;
    }
    return prepaid;
}

std::unique_ptr<Planner> prepaying(std::unique_ptr<Planner> planner) {
    return std::make_unique<Prepaying>(std::move(planner));
}

}  // namespace tangram::planner
