#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/amount_text.h"
#include "base/check.h"
#include "io/deployment_file.h"
#include "io/json_text.h"
#include "io/plan_file.h"
#include "io/price_text.h"

namespace tangram::io {
namespace {

__extension__ using Wide = __int128;  // products of two 64-bit counts

std::string optional_text(const std::optional<std::int64_t>& number) {
    return number ? fmt::to_string(*number) : "null";
}

class Writer {
public:
    Writer(const planner::PlanningModel& model, const planner::Outcome& outcome)
        : model_(model), outcome_(outcome) {}

    std::string write(const deployment::Deployment* deployment);

private:
    template <typename... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }
    void add_amounts();
    void add_partial();
    void add_estimates();
    void add_restart();
    void add_origin();
    void add_prices();
    void add_types_of(planner::FleetEntryId entry);
    [[nodiscard]] const gpu::GpuModel& gpu_model(planner::FleetEntryId entry) const {
        return model_.problem->gpu_model(entry);
    }

    const planner::PlanningModel& model_;
    const planner::Outcome& outcome_;
    std::string out_;
};

void Writer::add_amounts() {
    std::optional<std::int64_t> gpus;
    if (outcome_.plan) {
        const auto& partitions = outcome_.plan->partitions;
        gpus = std::accumulate(partitions.begin(), partitions.end(), std::int64_t{0});
    }
    add("  \"gpus\": {},\n", optional_text(gpus));
    add("  \"cost\": {},\n", outcome_.plan ? cost_text(outcome_.cost) : "null");
    add("  \"bound\": {},\n", cost_text(outcome_.bound));
    add("  \"gap\": {},\n",
        outcome_.plan ? decimal_text(gap_millionths(outcome_.cost, outcome_.bound), 6) : "null");
    if (outcome_.gpus_needed) add("  \"gpus_needed\": {},\n", *outcome_.gpus_needed);
}

void Writer::add_partial() {
    if (!outcome_.partial) return;
    const planner::Partial& partial = *outcome_.partial;
    const auto share = [](std::int64_t thousandths) { return decimal_text(thousandths, 3); };
    add("  \"partial\": {{\n    \"classes\": [");
    for (std::size_t i = 0; i < partial.classes.size(); ++i) {
        const planner::PriorityClass& each = partial.classes[i];
        add("{}\n      {{\"priority\": {}, \"services\": {}, \"share\": {}, \"beyond_reach\": {}}}",
            i == 0 ? "" : ",", each.priority, each.services, share(each.share),
            each.beyond ? share(*each.beyond) : "null");
    }
    add("],\n    \"shortfalls\": [");
    for (std::size_t i = 0; i < partial.shortfalls.size(); ++i) {
        const planner::Shortfall& each = partial.shortfalls[i];
        const workload::Service& service = model_.problem->services[each.service];
        add("{}\n      {{\"service\": {}, \"rate_rps\": {}, \"served_rps\": {}}}",
            i == 0 ? "" : ",", quoted_json(service.name), rps_text(service.rate),
            rps_text(each.served));
    }
    add("],\n    \"cures\": [");
    for (std::size_t i = 0; i < partial.cures.size(); ++i) {
        const planner::Cure& each = partial.cures[i];
        add("{}\n      {{\"gpu\": {}, \"gpus\": {}, \"fewest\": {}}}", i == 0 ? "" : ",",
            quoted_json(gpu_model(each.entry).name), each.gpus, each.fewest);
    }
    add("]\n  }},\n");
}

// Of a plan that may rest on estimates: how much of it does.
void Writer::add_estimates() {
    const workload::Problem& problem = *model_.problem;
    if (!outcome_.plan || !problem.allow_estimates) return;
    std::int64_t instances = 0;
    std::int64_t estimated = 0;
    for (const planner::ServiceId service : problem.services.ids()) {
        for (const planner::Use& use : outcome_.plan->uses_of(service)) {
            const auto options = model_.options_of(service);
            const auto option = std::ranges::find(options, use.type, &planner::Option::type);
            CHECK(option != options.end(), "an instance the service cannot use");
            instances += use.count;
            if (problem.table->point(option->point).estimated) estimated += use.count;
        }
    }
    add("  \"instances\": {},\n  \"estimated_instances\": {},\n", instances, estimated);
}

void Writer::add_restart() {
    if (!outcome_.restart) return;
    const planner::Restart& restart = *outcome_.restart;
    add("  \"restart\": {{\"cost_slice_seconds\": {}, \"bound\": {}, \"kept\": {}, "
        "\"started\": {}, \"stopped\": {}}},\n",
        decimal_text(restart.cost.count(), 3), decimal_text(restart.bound.count(), 3), restart.kept,
        restart.started, restart.stopped);
}

void Writer::add_origin() {
    add("  \"engine\": {},\n  \"formulation\": {},\n  \"stop_reason\": {},\n",
        quoted_json(outcome_.engine), quoted_json(outcome_.formulation),
        quoted_json(outcome_.stop_reason));
    add("  \"seed\": {},\n  \"work\": {},\n  \"reproducible\": {},\n", outcome_.seed, outcome_.work,
        outcome_.reproducible);
}

void Writer::add_types_of(planner::FleetEntryId entry) {
    bool first = true;
    for (const planner::InstanceTypeId type : model_.types.ids()) {
        if (model_.types[type].entry != entry) continue;
        const gpu::MigProfile& profile = gpu_model(entry).profiles[model_.types[type].profile];
        add("{}{}: {}", first ? "" : ", ", quoted_json(profile.name),
            price_text(outcome_.prices.types[type]));
        first = false;
    }
}

void Writer::add_prices() {
    const planner::Prices& prices = outcome_.prices;
    add("  \"prices\": {{\n    \"types\": {{");
    bool first = true;
    for (const planner::FleetEntryId entry : model_.entries.ids()) {
        if (prices.types.size() != model_.types.size()) break;
        add("{}\n      {}: {{", first ? "" : ",", quoted_json(gpu_model(entry).name));
        add_types_of(entry);
        out_ += '}';
        first = false;
    }
    add("{}}},\n    \"rents\": {{", first ? "" : "\n    ");
    first = true;
    for (const planner::FleetEntryId entry : prices.rents.ids()) {
        add("{}{}: {}", first ? "" : ", ", quoted_json(gpu_model(entry).name),
            price_text(prices.rents[entry]));
        first = false;
    }
    add("}}\n  }},\n");
}

std::string Writer::write(const deployment::Deployment* deployment) {
    CHECK(model_.problem != nullptr);
    add("{{\n  \"format\": \"tangram/plan\",\n  \"version\": 1,\n  \"status\": \"{}\",\n",
        planner::name(outcome_.status));
    add_amounts();
    add_partial();
    add_estimates();
    add_restart();
    add_origin();
    add_prices();
    add("  \"deployment\": ");
    if (deployment == nullptr) {
        out_ += "null";
    } else {
        append_deployment(out_, *deployment, 2);
    }
    add(",\n  \"timing\": {{\"seconds\": {:.6f}}}\n}}\n", std::max(outcome_.seconds, 0.0));
    return std::move(out_);
}

}  // namespace

std::int64_t gap_millionths(Cost cost, Cost bound) {
    if (cost <= bound || cost.count() <= 0) return 0;
    const Wide missing = Wide{cost.count()} - bound.count();
    return static_cast<std::int64_t>((missing * 1'000'000 + cost.count() - 1) / cost.count());
}

std::string write_plan(const planner::PlanningModel& model, const planner::Outcome& outcome,
                       const deployment::Deployment* deployment) {
    return Writer(model, outcome).write(deployment);
}

}  // namespace tangram::io
