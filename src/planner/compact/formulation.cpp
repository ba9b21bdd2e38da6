#include "planner/compact/formulation.h"

#include <algorithm>

#include "planner/cover.h"

namespace tangram::planner::compact {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

class Builder {
public:
    Builder(const PlanningModel& model, const FormulationOptions& options)
        : model_(model), options_(options) {
        out_.unit = options.count_gpus ? Cost{kCostPerUnit} : cost_step(model);
    }

    Formulation build() {
        add_columns();
        for (const ServiceId s : model_.demands.ids()) add_demand(s);
        add_supply();
        add_caps();
        return std::move(out_);
    }

private:
    void add_columns() {
        for (const ServiceId s : model_.demands.ids()) {
            for (const Option& option : model_.options_of(s)) {
                out_.program.add_column(0, 0, enough(s, option), true);
            }
        }
        out_.first_partition = out_.program.columns();
        for (const PartitionChoice& partition : model_.partitions) {
            const std::int64_t units =
                options_.count_gpus ? 1 : partition.cost.count() / out_.unit.count();
            out_.program.add_column(static_cast<double>(units), 0, lp::kInfinity, true);
        }
    }

    [[nodiscard]] double enough(ServiceId s, const Option& option) const {
        const Demand& demand = model_.demands[s];
        const std::int64_t capacity = capacity_at_most(demand, model_.options_of(s));
        return static_cast<double>(std::max(ceil_div(capacity, option.throughput.count()),
                                            static_cast<std::int64_t>(demand.min_replicas)));
    }

    void add_demand(ServiceId s) {
        if (model_.demands[s].after_loss().count() > 0) add_losses(s);
        const Demand& demand = model_.demands[s];
        const std::int64_t required = demand.required.count();
        out_.coverage.push_back(-1);
        out_.coverage_scale.push_back(1);
        out_.replicas.push_back(-1);
        if (required > 0) {
            add_coverage(s, required);
            if (options_.rounding_cuts) add_rounding_cuts(s, required);
        }
        if (demand.min_replicas > 1 || (required == 0 && demand.min_replicas == 1)) {
            std::vector<lp::Term> terms;
            for (std::uint32_t i = 0; i < demand.option_count; ++i) {
                terms.push_back({static_cast<int>(demand.first_option + i), 1});
            }
            out_.replicas.back() = out_.program.add_row(demand.min_replicas, lp::kInfinity, terms);
        }
    }

    void add_coverage(ServiceId s, std::int64_t required) {
        std::int64_t largest = 0;
        const Demand& demand = model_.demands[s];
        for (const Option& option : model_.options_of(s)) {
            largest = std::max(largest, useful_throughput(option, demand));
        }
        const auto scale = static_cast<double>(largest);
        std::vector<lp::Term> terms;
        auto column = static_cast<int>(demand.first_option);
        for (const Option& option : model_.options_of(s)) {
            const auto useful = static_cast<double>(useful_throughput(option, demand));
            terms.push_back({column++, useful / scale});
        }
        out_.coverage_scale.back() = scale;
        out_.coverage.back() = out_.program.add_row(
            static_cast<double>(required) / scale + options_.tightening, lp::kInfinity, terms);
    }

    void add_losses(ServiceId s) {
        const Demand& demand = model_.demands[s];
        const std::int64_t left = demand.after_loss().count();
        const auto options = model_.options_of(s);
        std::int64_t largest = 0;
        for (const Option& option : options) {
            largest = std::max(largest, std::min(option.throughput.count(), left));
        }
        const auto scale = static_cast<double>(largest);
        std::vector<lp::Term> all;
        auto column = static_cast<int>(demand.first_option);
        for (const Option& option : options) {
            const auto useful = static_cast<double>(std::min(option.throughput.count(), left));
            all.push_back({column++, useful / scale});
        }
        for (std::size_t j = 0; j < options.size(); ++j) {
            const int used = out_.program.add_column(0, 0, 1, true);
            std::vector<lp::Term> terms = all;
            terms.push_back({used, -all[j].coefficient});
            out_.program.add_row(static_cast<double>(left) / scale + options_.tightening,
                                 lp::kInfinity, terms);
            const lp::Term if_used[] = {{all[j].column, 1}, {used, -enough(s, options[j])}};
            out_.program.add_row(-lp::kInfinity, 0, if_used);
        }
    }

    void add_rounding_cuts(ServiceId s, std::int64_t required) {
        const auto options = model_.options_of(s);
        for (const Option& divisor : options) {
            const std::int64_t d = divisor.throughput.count();
            if (d >= required) continue;  // says no more than one instance is needed
            std::vector<lp::Term> terms;
            auto column = static_cast<int>(model_.demands[s].first_option);
            for (const Option& option : options) {
                const std::int64_t useful = useful_throughput(option, model_.demands[s]);
                terms.push_back({column++, static_cast<double>(ceil_div(useful, d))});
            }
            out_.program.add_row(static_cast<double>(ceil_div(required, d)), lp::kInfinity, terms);
        }
    }

    void add_supply() {
        std::vector<std::vector<lp::Term>> rows(model_.types.size());
        for (const PartitionId m : model_.partitions.ids()) {
            const PartitionChoice& partition = model_.partitions[m];
            for (std::size_t k = 0; k < partition.counts.size(); ++k) {
                if (partition.counts[k] == 0) continue;
                rows[k].push_back({static_cast<int>(out_.first_partition + m.index()),
                                   static_cast<double>(partition.counts[k])});
            }
        }
        for (std::size_t o = 0; o < model_.options.size(); ++o) {
            rows[model_.options[o].type.index()].push_back({static_cast<int>(o), -1});
        }
        for (const std::vector<lp::Term>& row : rows) {
            out_.supply.push_back(out_.program.add_row(0, lp::kInfinity, row));
        }
    }

    void add_caps() {
        for (const FleetEntryId e : model_.entries.ids()) {
            out_.caps.push_back(-1);
            const auto cap = model_.entries[e].cap;
            if (!cap || !options_.caps) continue;
            std::vector<lp::Term> terms;
            for (const PartitionId m : model_.partitions.ids()) {
                if (model_.partitions[m].entry == e) {
                    terms.push_back({static_cast<int>(out_.first_partition + m.index()), 1});
                }
            }
            out_.caps.back() =
                out_.program.add_row(-lp::kInfinity, static_cast<double>(*cap), terms);
        }
    }

    const PlanningModel& model_;
    const FormulationOptions& options_;
    Formulation out_;
};

}  // namespace

Formulation formulate(const PlanningModel& model, const FormulationOptions& options) {
    return Builder(model, options).build();
}

std::int64_t useful_throughput(const Option& option, const Demand& demand) {
    const std::int64_t required = demand.required.count();
    const std::int64_t throughput = option.throughput.count();
    return required > 0 ? std::min(throughput, required) : throughput;
}

bool has_unservable_demand(const PlanningModel& model) {
    return std::any_of(model.demands.begin(), model.demands.end(), [](const Demand& demand) {
        return demand.option_count == 0 && (demand.required.count() > 0 || demand.min_replicas > 0);
    });
}

}  // namespace tangram::planner::compact
