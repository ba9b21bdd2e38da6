#include "planner/place/placed_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "planner/cover.h"

namespace tangram::planner::place {
namespace {

double real(std::int64_t number) { return static_cast<double>(number); }

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a - 1) / b + 1; }

// Costs as small whole numbers: the solver's tolerances then cannot blur them.
double cost_scale(const PlanningModel& model) { return real(cost_step(model).count()); }

class Builder {
public:
    Builder(const PlanningModel& model, const std::vector<Site>& sites, const CountPlan* counts)
        : model_(model), sites_(sites), counts_(counts) {}

    PlacedAnswer solve(const PlacedLimits& limits) {
        add_cuts();
        add_instances();
        add_supply();
        for (const ServiceId service : model_.demands.ids()) {
            if (needs_pins(model_.demands[service])) add_pins(service);
        }
        add_site_supply();
        lp::Options options;
        options.node_limit = limits.nodes;
        options.time_limit_seconds = limits.seconds;
        const lp::Solution solution = lp::solve(lp_, options);
        PlacedAnswer answer;
        answer.status = solution.status;
        answer.nodes = solution.nodes;
        if (!solution.values.empty() &&
            (solution.status == lp::Status::kOptimal || solution.status == lp::Status::kFeasible)) {
            read(solution.values, answer);
        }
        return answer;
    }

private:
    struct PinColumn {
        ServiceId service;
        Option option;
        std::size_t site;
        int column;
    };

    // y[i,m], one cut per site, and equal sites in order of their cuts.
    void add_cuts() {
        const double scale = cost_scale(model_);
        cut_.resize(sites_.size());
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            std::vector<lp::Term> one;
            for (const PartitionId m : model_.partitions.ids()) {
                const PartitionChoice& partition = model_.partitions[m];
                if (partition.entry != sites_[i].entry) continue;
                const double cost = counts_ != nullptr ? 0.0 : real(partition.cost.count()) / scale;
                cut_[i].emplace_back(m, lp_.add_column(cost, 0, 1, true));
                one.push_back({cut_[i].back().second, 1});
            }
            lp_.add_row(0, 1, one);
            if (i > 0 && interchangeable(i - 1, i)) order_sites(i - 1, i);
        }
        for (const FleetEntryId entry : model_.entries.ids()) add_cap(entry);
        if (counts_ == nullptr) return;
        for (const PartitionId m : model_.partitions.ids()) {
            const auto count = real(counts_->partitions[m]);
            lp_.add_row(count, count, sites_cut_into(m));
        }
    }

    [[nodiscard]] std::vector<lp::Term> sites_cut_into(PartitionId wanted) const {
        std::vector<lp::Term> terms;
        for (const auto& cuts : cut_) {
            for (const auto& [m, column] : cuts) {
                if (m == wanted) terms.push_back({column, 1});
            }
        }
        return terms;
    }

    void add_cap(FleetEntryId entry) {
        const auto& cap = model_.entries[entry].cap;
        if (!cap) return;
        std::vector<lp::Term> used;
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            if (sites_[i].entry != entry) continue;
            for (const auto& cut : cut_[i]) used.push_back({cut.second, 1});
        }
        if (static_cast<std::int64_t>(used.size()) > *cap) lp_.add_row(0, real(*cap), used);
    }

    [[nodiscard]] bool interchangeable(std::size_t i, std::size_t j) const {
        if (sites_[i].entry != sites_[j].entry) return false;
        return sites_[i].node == sites_[j].node || alone(i, j);
    }

    // Nodes of one site each are as good as one another.
    [[nodiscard]] bool alone(std::size_t i, std::size_t j) const {
        const auto in_node = [&](std::uint32_t node) {
            return std::ranges::count(sites_, node, &Site::node);
        };
        return in_node(sites_[i].node) == 1 && in_node(sites_[j].node) == 1;
    }

    // The sum of (index + 1) y falls from site to site: unused sites come last.
    void order_sites(std::size_t i, std::size_t j) {
        std::vector<lp::Term> terms;
        for (const auto& [m, column] : cut_[i]) terms.push_back({column, real_index(m) + 1});
        for (const auto& [m, column] : cut_[j]) terms.push_back({column, -real_index(m) - 1});
        lp_.add_row(0, lp::kInfinity, terms);
    }

    static double real_index(PartitionId m) { return static_cast<double>(m.index()); }

    // x[s,k] with the rows of each service.
    void add_instances() {
        instances_.resize(model_.options.size());
        for (const ServiceId service : model_.demands.ids()) {
            const Demand& demand = model_.demands[service];
            const std::int64_t required = demand.required.count();
            std::vector<lp::Term> capacity;
            std::vector<lp::Term> replicas;
            for (std::uint32_t o = 0; o < demand.option_count; ++o) {
                const Option& option = model_.options[demand.first_option + o];
                const auto [low, high] = instance_bounds(service, demand, option);
                const int column = lp_.add_column(0, low, high, true);
                instances_[demand.first_option + o] = column;
                // An instance is never worth more than the whole demand.
                capacity.push_back({column, real(std::min(option.throughput.count(), required))});
                replicas.push_back({column, 1});
            }
            if (counts_ != nullptr) continue;
            if (required > 0) lp_.add_row(real(required), lp::kInfinity, capacity);
            lp_.add_row(demand.min_replicas, lp::kInfinity, replicas);
        }
    }

    [[nodiscard]] std::pair<double, double> instance_bounds(ServiceId service, const Demand& demand,
                                                            const Option& option) const {
        if (counts_ == nullptr) {
            // Of instances that cannot be spared. Where losses count, one that can be on no account
            // leaves at most 2 (q + t): less than q + t beside the fullest place, and there too.
            std::int64_t capacity = demand.required.count();
            std::int64_t replicas = 0;
            if (survives_losses(demand)) {
                capacity = 2 * capacity_at_most(demand, model_.options_of(service));
                replicas = demand.min_replicas;
            }
            return {0, real(std::max<std::int64_t>(demand.min_replicas,
                                                   divide_up(capacity, option.throughput.count())) +
                            replicas)};
        }
        for (const Use& use : counts_->uses_of(service)) {
            if (use.type == option.type) return {real(use.count), real(use.count)};
        }
        return {0, 0};
    }

    void add_supply() {
        std::vector<std::vector<lp::Term>> rows(model_.types.size());
        for (std::size_t o = 0; o < model_.options.size(); ++o) {
            rows[model_.options[o].type.index()].push_back({instances_[o], 1});
        }
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            for (const InstanceTypeId type : model_.types.ids()) {
                append_supply(i, type, rows[type.index()]);
            }
        }
        for (const auto& row : rows) lp_.add_row(-lp::kInfinity, 0, row);
    }

    void append_supply(std::size_t site, InstanceTypeId type, std::vector<lp::Term>& row) const {
        for (const auto& [m, column] : cut_[site]) {
            const int count = model_.partitions[m].counts[type.index()];
            if (count > 0) row.push_back({column, -static_cast<double>(count)});
        }
    }

    // The pins of one service.
    void add_pins(ServiceId service) {
        const Demand& demand = model_.demands[service];
        std::vector<PinColumn> witnesses;
        if (needs_spread(demand)) witnesses = add_witnesses(service);
        if (!survives_losses(demand)) {
            pins_.insert(pins_.end(), witnesses.begin(), witnesses.end());
            return;
        }
        const std::vector<PinColumn> pins = add_all_instances(service);
        add_losses(service, demand.after_gpu_loss, false, pins);
        add_losses(service, demand.after_node_loss, true, pins);
        for (std::size_t i = 0; i < witnesses.size(); ++i) {  // both by option, then site
            const lp::Term among[] = {{witnesses[i].column, 1}, {pins[i].column, -1}};
            lp_.add_row(-lp::kInfinity, 0, among);
        }
        pins_.insert(pins_.end(), pins.begin(), pins.end());
    }

    // h[i,s,k].
    std::vector<PinColumn> add_witnesses(ServiceId service) {
        const Demand& demand = model_.demands[service];
        const bool by_node = demand.spread == workload::Spread::kNode;
        std::vector<PinColumn> witnesses;
        std::map<std::size_t, std::vector<lp::Term>> apart;
        std::vector<lp::Term> all;
        for (std::uint32_t o = 0; o < demand.option_count; ++o) {
            const Option& option = model_.options[demand.first_option + o];
            std::vector<lp::Term> of_type = {{instances_[demand.first_option + o], -1}};
            for (std::size_t i = 0; i < sites_.size(); ++i) {
                if (sites_[i].entry != model_.types[option.type].entry) continue;
                const int column = lp_.add_column(0, 0, 1, true);
                witnesses.push_back({service, option, i, column});
                all.push_back({column, 1});
                of_type.push_back({column, 1});
                apart[by_node ? sites_[i].node : i].push_back({column, 1});
            }
            lp_.add_row(-lp::kInfinity, 0, of_type);
        }
        lp_.add_row(demand.min_replicas, demand.min_replicas, all);
        for (const auto& [group, row] : apart) lp_.add_row(0, 1, row);
        return witnesses;
    }

    // z[i,s,k].
    std::vector<PinColumn> add_all_instances(ServiceId service) {
        const Demand& demand = model_.demands[service];
        std::vector<PinColumn> pins;
        for (std::uint32_t o = 0; o < demand.option_count; ++o) {
            const Option& option = model_.options[demand.first_option + o];
            std::vector<lp::Term> of_type = {{instances_[demand.first_option + o], -1}};
            for (std::size_t i = 0; i < sites_.size(); ++i) {
                if (sites_[i].entry != model_.types[option.type].entry) continue;
                const int column = lp_.add_column(0, 0, lp::kInfinity, true);
                pins.push_back({service, option, i, column});
                of_type.push_back({column, 1});
            }
            lp_.add_row(0, 0, of_type);
        }
        return pins;
    }

    // What is left after each loss: the pins elsewhere. One instance never counts for more than
    // what must be left.
    void add_losses(ServiceId service, Rate left, bool by_node,
                    const std::vector<PinColumn>& pins) {
        if (left.count() == 0) return;
        const Demand& demand = model_.demands[service];
        const auto useful = [&](const Option& option) {
            return real(std::min(option.throughput.count(), left.count()));
        };
        std::vector<lp::Term> all;
        for (std::uint32_t o = demand.first_option; o < demand.first_option + demand.option_count;
             ++o) {
            all.push_back({instances_[o], useful(model_.options[o])});
        }
        std::map<std::size_t, std::vector<lp::Term>> rows;
        for (const PinColumn& pin : pins) {
            const std::size_t place = by_node ? sites_[pin.site].node : pin.site;
            rows.try_emplace(place, all).first->second.push_back({pin.column, -useful(pin.option)});
        }
        for (const auto& [place, row] : rows) {
            lp_.add_row(real(left.count()), lp::kInfinity, row);
        }
        if (rows.empty()) lp_.add_row(real(left.count()), lp::kInfinity, all);
    }

    void add_site_supply() {
        std::map<std::pair<std::size_t, InstanceTypeId>, std::vector<lp::Term>> rows;
        for (const PinColumn& pin : pins_) {
            rows[{pin.site, pin.option.type}].push_back({pin.column, 1});
        }
        for (auto& [where, row] : rows) {
            append_supply(where.first, where.second, row);
            lp_.add_row(-lp::kInfinity, 0, row);
        }
    }

    // Rounds to integers, orders the GPUs by partition, and verifies all but the places.
    void read(const std::vector<double>& values, PlacedAnswer& answer) const {
        const auto value = [&](int column) {
            return static_cast<std::int64_t>(
                std::llround(values[static_cast<std::size_t>(column)]));
        };
        CountPlan& plan = answer.plan;
        plan.partitions = IdVector<PartitionId, std::int64_t>(model_.partitions.size(), 0);
        std::vector<std::pair<PartitionId, std::size_t>> used;
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            for (const auto& [m, column] : cut_[i]) {
                if (value(column) == 0) continue;
                used.emplace_back(m, i);
                ++plan.partitions[m];
            }
        }
        std::ranges::sort(used);
        std::vector<std::uint32_t> gpu_of(sites_.size(), 0);
        for (const auto& [m, site] : used) {
            gpu_of[site] = static_cast<std::uint32_t>(answer.gpus.size());
            answer.gpus.push_back({m, sites_[site].node});
        }
        plan.first_use = {0};
        for (const ServiceId service : model_.demands.ids()) {
            const Demand& demand = model_.demands[service];
            for (std::uint32_t o = demand.first_option;
                 o < demand.first_option + demand.option_count; ++o) {
                const std::int64_t count = value(instances_[o]);
                if (count > 0) plan.uses.push_back({model_.options[o].type, count});
            }
            plan.first_use.push_back(static_cast<std::uint32_t>(plan.uses.size()));
        }
        for (const PinColumn& pin : pins_) {
            for (std::int64_t n = value(pin.column); n > 0; --n) {
                answer.pins.push_back({pin.service, gpu_of[pin.site], pin.option.type});
            }
        }
        std::ranges::sort(answer.pins, {}, [](const Pin& pin) {
            return std::tuple(pin.service, pin.gpu, pin.type);
        });
        if (!validate_counts(model_, plan).empty()) answer.status = lp::Status::kError;
    }

    const PlanningModel& model_;
    const std::vector<Site>& sites_;
    const CountPlan* counts_;
    lp::Model lp_;
    std::vector<std::vector<std::pair<PartitionId, int>>> cut_;  // per site
    std::vector<int> instances_;                                 // per option
    std::vector<PinColumn> pins_;
};

}  // namespace

std::vector<Site> sites_for(const PlanningModel& model,
                            const IdVector<FleetEntryId, std::int64_t>& most) {
    std::vector<Site> sites;
    std::vector<Bay> bays;
    if (nodes_matter(model)) bays = bays_for(model, most);  // otherwise nodes do not matter
    for (const FleetEntryId entry : model.entries.ids()) {
        const auto of_entry = [&](const Bay& bay) { return bay.entry == entry; };
        const auto count = std::ranges::count_if(bays, of_entry);
        if (count == 0) {
            sites.insert(sites.end(), static_cast<std::size_t>(most[entry]), {entry, kNoNode});
        }
        for (const Bay& bay : bays) {
            if (bay.entry != entry) continue;
            // With a node for every GPU that can be used, sharing one helps nobody. Named nodes
            // can hold several entries, so there it may.
            const bool one_each = model.problem->nodes.empty() && count >= most[entry];
            const std::int64_t room = one_each ? 1 : std::min(bay.capacity, most[entry]);
            sites.insert(sites.end(), static_cast<std::size_t>(room), {entry, bay.node});
        }
    }
    return sites;
}

std::int64_t placed_model_size(const PlanningModel& model, std::size_t sites) {
    auto size = static_cast<std::int64_t>(model.options.size());
    size += static_cast<std::int64_t>(sites * model.partitions.size());
    for (const Demand& demand : model.demands) {
        const std::int64_t kinds =
            (needs_spread(demand) ? 1 : 0) + (survives_losses(demand) ? 1 : 0);
        size += kinds * static_cast<std::int64_t>(sites) * demand.option_count;
    }
    return size;
}

PlacedAnswer cheapest_placed(const PlanningModel& model, const std::vector<Site>& sites,
                             const PlacedLimits& limits) {
    return Builder(model, sites, nullptr).solve(limits);
}

PlacedAnswer place_counts(const PlanningModel& model, const std::vector<Site>& sites,
                          const CountPlan& counts, const PlacedLimits& limits) {
    return Builder(model, sites, &counts).solve(limits);
}

}  // namespace tangram::planner::place
