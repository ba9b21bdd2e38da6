#include "io/explanation.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace tangram::io {
namespace {

using Json = nlohmann::ordered_json;
using planner::InstanceTypeId;
using planner::PlanningModel;
using planner::Price;
using planner::explain::Blocker;
using planner::explain::CapacityStep;
using planner::explain::Explanation;
using planner::explain::ServiceExplanation;

double price_units(Price price) {
    return static_cast<double>(price.count()) /
           static_cast<double>(planner::kPricePerCost * kCostPerUnit);
}

// Names come from files that were checked to be UTF-8; from elsewhere, they must not throw here.
std::string dumped(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

class ExplanationWriter {
public:
    ExplanationWriter(const PlanningModel& model, const deployment::Deployment& deployment,
                      const Explanation& explanation)
        : model_(model),
          problem_(*model.problem),
          deployment_(deployment),
          explanation_(explanation) {}

    std::string write(const std::optional<WhatIfFigures>& what_if) const {
        Json head{{"format", "tangram/explanation"}, {"version", 1}};
        head["status"] = name(explanation_.status);
        head["priced"] = explanation_.priced;
        head["types"] = types();
        head["partitions"] = partitions();
        head["gpus"] = gpus();
        head["bound"] = bound();
        head["shortage"] = shortage();
        head["blockers"] = Json::array();
        head["what_if"] = what_if ? figures(*what_if) : Json();
        head["notes"] = explanation_.notes;
        std::string text = dumped(head, 1);
        // Services are many: each is written and forgotten.
        text.resize(text.rfind('\n'));
        text += ",\n \"services\": [";
        const char* separator = "\n";
        for (const ServiceExplanation& service : explanation_.services) {
            text += separator;
            text += "  " + dumped(service_json(service), -1);
            separator = ",\n";
        }
        return text + "\n ]\n}\n";
    }

private:
    [[nodiscard]] Json type_json(InstanceTypeId id) const {
        const planner::InstanceType& type = model_.types[id];
        const gpu::GpuModel& gpu = problem_.gpu_model(type.entry);
        return {{"gpu", gpu.name}, {"profile", gpu.profiles[type.profile].name}};
    }

    [[nodiscard]] Json types() const {
        Json list = Json::array();
        for (const planner::explain::TypeExplanation& type : explanation_.types) {
            Json item = type_json(type.type);
            item["price"] = price_units(type.price);
            item["used"] = type.used;
            list.push_back(std::move(item));
        }
        return list;
    }

    [[nodiscard]] Json partitions() const {
        Json list = Json::array();
        for (const planner::explain::PartitionExplanation& each : explanation_.partitions) {
            const planner::PartitionChoice& partition = model_.partitions[each.partition];
            Json profiles = Json::array();
            for (const InstanceTypeId type : model_.types.ids()) {
                const int count = partition.counts[type.index()];
                if (count == 0) continue;
                profiles.push_back({{"profile", type_json(type)["profile"]}, {"count", count}});
            }
            list.push_back({{"gpu", problem_.gpu_model(partition.entry).name},
                            {"profiles", std::move(profiles)},
                            {"cost", cost_units(partition.cost)},
                            {"worth", price_units(each.worth)},
                            {"slack", price_units(each.slack)},
                            {"gpus", each.gpus}});
        }
        return list;
    }

    [[nodiscard]] Json gpus() const {
        Json list = Json::array();
        for (const planner::explain::GpuWorth& each : explanation_.gpus) {
            Json json{{"gpu", problem_.gpu_model(each.entry).name},
                      {"cost", cost_units(each.cost)},
                      {"rent", price_units(each.rent)},
                      {"gpus", each.gpus},
                      {"break_even", nullptr},
                      {"only_here", each.only_here}};
            if (each.break_even) json["break_even"] = price_units(*each.break_even);
            list.push_back(std::move(json));
        }
        return list;
    }

    [[nodiscard]] Json bound() const {
        if (!explanation_.bound) return {};
        const planner::explain::BoundExplanation& bound = *explanation_.bound;
        return {{"contributions", price_units(bound.contributions)},
                {"rents", price_units(bound.rents)},
                {"raw", price_units(bound.raw)},
                {"granularity", cost_units(bound.granularity)},
                {"rounded", cost_units(bound.rounded)},
                {"bound", cost_units(bound.bound)},
                {"prices_hold", bound.prices_hold}};
    }

    [[nodiscard]] Json shortage() const {
        if (!explanation_.shortage) return {};
        const planner::explain::Shortage& shortage = *explanation_.shortage;
        Json largest = Json::array();
        for (const planner::ServiceId service : shortage.largest) {
            largest.push_back(
                {{"service", problem_.services[service].name},
                 {"contribution", price_units(explanation_.services[service].cheapest.bound)}});
        }
        Json json{{"gpus_needed", nullptr},
                  {"gpus_available", shortage.gpus_available},
                  {"gpus_missing", nullptr},
                  {"cost_available", cost_units(shortage.cost_available)},
                  {"largest", std::move(largest)}};
        if (shortage.gpus_needed) {
            json["gpus_needed"] = *shortage.gpus_needed;
            json["gpus_missing"] = *shortage.gpus_needed - shortage.gpus_available;
        }
        return json;
    }

    static Json figures(const PlanFigures& plan) {
        return {{"status", name(plan.status)},
                {"gpus", plan.gpus},
                {"cost", cost_units(plan.cost)},
                {"bound", cost_units(plan.bound)}};
    }

    static Json figures(const WhatIfFigures& what_if) {
        return {{"changes", what_if.changes},
                {"before", figures(what_if.before)},
                {"after", figures(what_if.after)}};
    }

    [[nodiscard]] Json service_json(const ServiceExplanation& each) const {
        const workload::Service& service = problem_.services[each.service];
        Json json{{"name", service.name},
                  {"rate_rps", requests_per_second(service.rate)},
                  {"required_rps", requests_per_second(each.required)},
                  {"capacity_rps", requests_per_second(each.capacity)},
                  {"spare_rps", requests_per_second(each.spare)},
                  {"instances", each.instances},
                  {"used", used_json(each)}};
        if (explanation_.priced) {
            json["paid"] = price_units(each.paid);
            json["contribution"] = price_units(each.cheapest.bound);
            json["cheapest_cover"] = cover_json(each.cheapest);
            json["next"] = step_json(each.next);
            json["margin"] = step_json(each.margin);
        }
        json["points"] = points_json(each);
        return json;
    }

    [[nodiscard]] Json used_json(const ServiceExplanation& each) const {
        Json list = Json::array();
        for (const planner::explain::UsedPoint& used : each.used) {
            const deployment::RunPoint& point = deployment_.points[used.point];
            Json item{{"gpu", used.gpu},
                      {"profile", used.profile},
                      {"batch", point.batch},
                      {"processes", point.processes},
                      {"throughput_rps", requests_per_second(point.throughput)},
                      {"metric", point.metric},
                      {"latency_ms", milliseconds(point.latency)},
                      {"count", used.count}};
            if (point.estimated) item["estimated"] = true;
            if (explanation_.priced) item["price"] = price_units(used.price);
            list.push_back(std::move(item));
        }
        return list;
    }

    [[nodiscard]] Json cover_json(const planner::explain::Cover& cover) const {
        Json list = Json::array();
        for (const planner::Use& use : cover.uses) {
            Json item = type_json(use.type);
            item["count"] = use.count;
            list.push_back(std::move(item));
        }
        return list;
    }

    [[nodiscard]] Json step_json(const std::optional<CapacityStep>& step) const {
        if (!step) return {};
        Json json = type_json(step->type);
        json["throughput_rps"] = requests_per_second(step->throughput);
        json["price"] = price_units(step->price);
        json["price_per_rps"] = price_units(step->price) / requests_per_second(step->throughput);
        return json;
    }

    [[nodiscard]] Json points_json(const ServiceExplanation& each) const {
        Json list = Json::array();
        for (const planner::PointVerdict& verdict : each.verdicts) {
            const perf::OperatingPoint& point = problem_.table->point(verdict.point);
            const gpu::GpuModel& gpu = problem_.gpu_model(verdict.entry);
            Json reasons = Json::array();
            for (const planner::Refusal& refusal : verdict.refusals) {
                reasons.push_back(
                    {{"kind", planner::explain::name(refusal.kind)}, {"reason", refusal.reason}});
            }
            if (!verdict.why_not_chosen.empty()) {
                reasons.push_back({{"kind", "slower"}, {"reason", verdict.why_not_chosen}});
            }
            const char* word = verdict.chosen         ? "chosen"
                               : verdict.admissible() ? "admissible"
                                                      : "refused";
            Json item{{"gpu", gpu.name},
                      {"profile", gpu.profiles[verdict.profile].name},
                      {"batch", point.batch},
                      {"processes", point.processes},
                      {"throughput_rps", requests_per_second(point.throughput)},
                      {"verdict", word},
                      {"reasons", std::move(reasons)}};
            if (point.estimated) item["estimated"] = true;
            list.push_back(std::move(item));
        }
        return list;
    }

    const PlanningModel& model_;
    const workload::Problem& problem_;
    const deployment::Deployment& deployment_;
    const Explanation& explanation_;
};

Json blocker_json(const workload::Problem& problem, const Blocker& blocker) {
    Json refusals = Json::array();
    for (const auto& [kind, points] : blocker.refusals) {
        refusals.push_back({{"kind", planner::explain::name(kind)}, {"points", points}});
    }
    Json json{{"service", problem.services[blocker.service].name},
              {"points", blocker.points},
              {"refusals", std::move(refusals)},
              {"relaxation", nullptr}};
    if (!blocker.relaxation) return json;
    const planner::PointVerdict& verdict = blocker.relaxation->point;
    const perf::OperatingPoint& point = problem.table->point(verdict.point);
    const gpu::GpuModel& gpu = problem.gpu_model(verdict.entry);
    Json objectives = Json::array();
    for (const planner::explain::NeededObjective& objective : blocker.relaxation->objectives) {
        objectives.push_back({{"metric", problem.table->metrics()[objective.metric]},
                              {"asked_ms", milliseconds(objective.asked)},
                              {"needed_ms", milliseconds(objective.needed)},
                              {"measured_ms", milliseconds(objective.latency)}});
    }
    json["relaxation"] = {{"gpu", gpu.name},
                          {"profile", gpu.profiles[verdict.profile].name},
                          {"batch", point.batch},
                          {"processes", point.processes},
                          {"throughput_rps", requests_per_second(point.throughput)},
                          {"objectives", std::move(objectives)}};
    return json;
}

}  // namespace

std::string explanation_json(const PlanningModel& model, const deployment::Deployment& deployment,
                             const Explanation& explanation,
                             const std::optional<WhatIfFigures>& what_if) {
    return ExplanationWriter(model, deployment, explanation).write(what_if);
}

std::string blockers_json(const workload::Problem& problem, const std::vector<Blocker>& blockers) {
    Json json{{"format", "tangram/explanation"}, {"version", 1}};
    json["status"] = planner::name(planner::Status::kInfeasible);
    json["priced"] = false;
    for (const char* empty : {"types", "partitions"}) json[empty] = Json::array();
    for (const char* absent : {"bound", "shortage"}) json[absent] = nullptr;
    json["blockers"] = Json::array();
    for (const Blocker& blocker : blockers) {
        json["blockers"].push_back(blocker_json(problem, blocker));
    }
    json["what_if"] = nullptr;
    json["notes"] = Json::array();
    json["services"] = Json::array();
    return dumped(json, 1) + "\n";
}

}  // namespace tangram::io
