#include "export_model.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "planner/compact/formulation.h"

namespace tangram::bench {
namespace {

using Json = nlohmann::ordered_json;
using planner::Demand;
using planner::Option;
using planner::PlanningModel;

using Terms = std::vector<std::pair<std::size_t, std::int64_t>>;  // column, coefficient

class Exporter {
public:
    explicit Exporter(const PlanningModel& model) : model_(model) {}

    Json json(std::string_view name) {
        add_columns();
        for (const planner::ServiceId s : model_.demands.ids()) add_demand(s);
        add_supply();
        add_caps();
        return {{"name", name},
                {"cost_unit", cost_units(cost_step(model_))},
                {"columns", std::move(columns_)},
                {"rows", std::move(rows_)}};
    }

private:
    void add_columns() {
        std::int64_t gpus = 0;  // one for each instance is always enough
        for (const planner::ServiceId s : model_.demands.ids()) {
            const Demand& demand = model_.demands[s];
            std::int64_t most = 0;
            for (const Option& option : model_.options_of(s)) {
                const std::int64_t throughput = option.throughput.count();
                const std::int64_t covers = (demand.required.count() + throughput - 1) / throughput;
                const std::int64_t enough = std::max<std::int64_t>(covers, demand.min_replicas);
                columns_.push_back({0, enough});
                most = std::max(most, enough);
            }
            gpus += most;
        }
        const std::int64_t unit = cost_step(model_).count();
        for (const planner::PartitionChoice& partition : model_.partitions) {
            columns_.push_back({partition.cost.count() / unit, gpus});
        }
    }

    void add_row(std::int64_t at_least, const Terms& terms) {
        rows_.push_back({{"at_least", at_least}, {"terms", terms}});
    }

    void add_demand(planner::ServiceId s) {
        const Demand& demand = model_.demands[s];
        Terms coverage;
        Terms replicas;
        std::size_t column = demand.first_option;
        for (const Option& option : model_.options_of(s)) {
            coverage.emplace_back(column, planner::compact::useful_throughput(option, demand));
            replicas.emplace_back(column++, 1);
        }
        if (demand.required.count() > 0) add_row(demand.required.count(), coverage);
        if (demand.min_replicas > 0) add_row(demand.min_replicas, replicas);
    }

    void add_supply() {
        std::vector<Terms> supply(model_.types.size());
        for (std::size_t o = 0; o < model_.options.size(); ++o) {
            supply[model_.options[o].type.index()].emplace_back(o, -1);
        }
        for (const planner::PartitionId m : model_.partitions.ids()) {
            const std::vector<int>& counts = model_.partitions[m].counts;
            for (std::size_t k = 0; k < counts.size(); ++k) {
                if (counts[k] > 0)
                    supply[k].emplace_back(model_.options.size() + m.index(), counts[k]);
            }
        }
        for (const Terms& terms : supply) add_row(0, terms);
    }

    void add_caps() {
        for (const planner::FleetEntryId e : model_.entries.ids()) {
            if (!model_.entries[e].cap) continue;
            Terms terms;
            for (const planner::PartitionId m : model_.partitions.ids()) {
                if (model_.partitions[m].entry == e) {
                    terms.emplace_back(model_.options.size() + m.index(), -1);
                }
            }
            add_row(-*model_.entries[e].cap, terms);
        }
    }

    const PlanningModel& model_;
    Json columns_ = Json::array();
    Json rows_ = Json::array();
};

}  // namespace

std::string exported_model(std::string_view name, const planner::PlanningModel& model) {
    return Exporter(model).json(name).dump() + "\n";
}

}  // namespace tangram::bench
