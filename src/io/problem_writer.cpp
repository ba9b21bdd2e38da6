#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "base/amount_text.h"
#include "io/json_text.h"
#include "io/problem/service_reader.h"
#include "io/problem_file.h"

namespace tangram::io {
namespace {

using workload::Problem;
using workload::Service;

// One field of an object: its name and its value as JSON text, which is YAML text too.
struct Field {
    std::string_view name;
    std::string text;
};
using Fields = std::vector<Field>;

// Text that YAML reads as text without quotes wherever it stands, flow lists included.
bool plain_in_yaml(std::string_view text) {
    constexpr std::array<std::string_view, 12> kWords = {
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "~"};
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') ||
               std::string_view("._-/()+").find(c) != std::string_view::npos;
    };
    if (text.empty() || !std::ranges::all_of(text, fits)) return false;
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    // A letter or a path in front keeps numbers and indicators out.
    const bool harmless = letter(text.front()) || text.starts_with("/") || text.starts_with("./") ||
                          text.starts_with("../");
    return harmless && std::ranges::find(kWords, lower) == kWords.end();
}

class Writer {
public:
    explicit Writer(bool json) : json_(json) {}

    std::string problem(const Problem& problem, const ProblemReferences& references) const;

private:
    [[nodiscard]] std::string text(std::string_view content) const {
        return json_ || !plain_in_yaml(content) ? quoted_json(content) : std::string(content);
    }
    [[nodiscard]] std::string key(std::string_view name) const {
        return json_ ? fmt::format("\"{}\"", name) : std::string(name);
    }
    [[nodiscard]] std::string list(const std::vector<std::string>& items) const;
    // {a: 1, b: 2} on one line.
    [[nodiscard]] std::string inline_object(const Fields& fields) const;
    // The fields of a list's element: a JSON line, or a YAML block.
    void append_element(std::string& out, const Fields& fields, bool last) const;
    void append_list(std::string& out, std::string_view name, std::size_t count,
                     const std::function<Fields(std::size_t)>& element) const;
    void append_field(std::string& out, const Field& field) const;

    [[nodiscard]] Fields head(const Problem& problem, const ProblemReferences& references) const;
    [[nodiscard]] Fields fleet_entry(const Problem& problem,
                                     const workload::FleetEntry& entry) const;
    [[nodiscard]] Fields node(const Problem& problem, const workload::Node& node) const;
    [[nodiscard]] Fields service(const Problem& problem, const Service& service) const;
    [[nodiscard]] std::string slo(const Problem& problem, const Service& service) const;
    void add_constraints(const Problem& problem, const Service& service, Fields& fields) const;

    bool json_;
};

std::string Writer::list(const std::vector<std::string>& items) const {
    std::vector<std::string> texts;
    for (const std::string& item : items) texts.push_back(text(item));
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string Writer::inline_object(const Fields& fields) const {
    std::string out = "{";
    for (const Field& field : fields) {
        out += (out.size() > 1 ? ", " : "") + key(field.name) + ": " + field.text;
    }
    return out + "}";
}

void Writer::append_element(std::string& out, const Fields& fields, bool last) const {
    if (json_) {
        out += "  " + inline_object(fields) + (last ? "\n" : ",\n");
        return;
    }
    for (const Field& field : fields) {
        out += &field == &fields.front() ? "  - " : "    ";
        out += fmt::format("{}: {}\n", field.name, field.text);
    }
}

void Writer::append_list(std::string& out, std::string_view name, std::size_t count,
                         const std::function<Fields(std::size_t)>& element) const {
    out += key(name) + (json_ ? ": [\n" : ":\n");
    for (std::size_t i = 0; i < count; ++i) append_element(out, element(i), i + 1 == count);
    if (json_) out += name == "services" ? "]\n" : "],\n";
}

void Writer::append_field(std::string& out, const Field& field) const {
    out += key(field.name) + ": " + field.text + (json_ ? ",\n" : "\n");
}

Fields Writer::head(const Problem& problem, const ProblemReferences& references) const {
    Fields fields;
    fields.push_back({"rules", text(problem.rules.name)});
    if (!references.catalogue.empty()) fields.push_back({"catalogue", text(references.catalogue)});
    fields.push_back({"profiles", list(references.profiles)});
    if (!references.infeasible.empty()) {
        fields.push_back({"infeasible", list(references.infeasible)});
    }
    fields.push_back({"latency_rule", text(name(problem.latency_rule))});
    if (problem.max_utilization != Share{kSharePerOne}) {
        fields.push_back({"max_utilization", share_text(problem.max_utilization)});
    }
    return fields;
}

Fields Writer::fleet_entry(const Problem& problem, const workload::FleetEntry& entry) const {
    Fields fields = {{"model", text(problem.catalogue->model(entry.model).name)}};
    // With nodes the count follows from them.
    if (entry.count && problem.nodes.empty()) {
        fields.push_back({"count", fmt::to_string(*entry.count)});
    }
    if (entry.cost != Cost{kCostPerUnit}) fields.push_back({"cost", cost_text(entry.cost)});
    if (entry.gpus_per_node) {
        fields.push_back({"gpus_per_node", fmt::to_string(*entry.gpus_per_node)});
    }
    return fields;
}

Fields Writer::node(const Problem& problem, const workload::Node& node) const {
    std::string gpus;
    for (const workload::NodeGpu& gpu : node.gpus) {
        gpus += gpus.empty() ? "[" : ", ";
        gpus += inline_object(
            {{"id", text(gpu.id)}, {"model", text(problem.gpu_model(gpu.entry).name)}});
    }
    return {{"name", text(node.name)}, {"gpus", gpus.empty() ? "[]" : gpus + "]"}};
}

std::string Writer::slo(const Problem& problem, const Service& service) const {
    std::string out = "{";
    for (const perf::Objective& objective : service.slo) {
        const std::string limit =
            objective.percentile
                ? inline_object({{"max", ms_text(objective.max)},
                                 {"percentile", percentile_text(*objective.percentile)}})
                : ms_text(objective.max);
        const std::string& metric = problem.table->metrics()[objective.metric];
        out += (out.size() > 1 ? ", " : "") + text(metric) + ": " + limit;
    }
    return out + "}";
}

void Writer::add_constraints(const Problem& problem, const Service& service, Fields& fields) const {
    Fields survive;
    if (service.survive_gpu) survive.push_back({"gpu", share_text(*service.survive_gpu)});
    if (service.survive_node) survive.push_back({"node", share_text(*service.survive_node)});
    if (!survive.empty()) fields.push_back({"survive", inline_object(survive)});
    Fields allow;
    if (!service.allow_profiles.empty())
        allow.push_back({"profiles", list(service.allow_profiles)});
    if (!service.allow_gpus.empty()) {
        std::vector<std::string> names;
        for (const gpu::GpuModelId model : service.allow_gpus) {
            names.push_back(problem.catalogue->model(model).name);
        }
        allow.push_back({"gpus", list(names)});
    }
    if (!allow.empty()) fields.push_back({"allow", inline_object(allow)});
}

Fields Writer::service(const Problem& problem, const Service& service) const {
    Fields fields = {{"name", text(service.name)},
                     {"model", text(problem.table->models()[service.model])}};
    if (!service.precision.empty()) fields.push_back({"precision", text(service.precision)});
    fields.push_back({"rate", rps_text(service.rate)});
    fields.push_back({"slo", slo(problem, service)});
    if (service.max_processes != 1) {
        fields.push_back({"max_processes", fmt::to_string(service.max_processes)});
    }
    if (service.max_wait.count() != 0) fields.push_back({"max_wait_ms", ms_text(service.max_wait)});
    if (service.min_replicas != 1) {
        fields.push_back({"min_replicas", fmt::to_string(service.min_replicas)});
    }
    if (service.spread != workload::Spread::kNone) {
        fields.push_back(
            {"spread", text(service.spread == workload::Spread::kGpu ? "gpu" : "node")});
    }
    if (service.priority != 0) fields.push_back({"priority", fmt::to_string(service.priority)});
    if (service.max_utilization) {
        fields.push_back({"max_utilization", share_text(*service.max_utilization)});
    }
    add_constraints(problem, service, fields);
    return fields;
}

std::string Writer::problem(const Problem& problem, const ProblemReferences& references) const {
    std::string out = json_ ? "{\n" : "";
    append_field(out, {"format", text("tangram/problem")});
    append_field(out, {"version", "1"});
    append_list(out, "gpus", problem.fleet.size(), [&](std::size_t i) {
        return fleet_entry(problem, problem.fleet[workload::FleetEntryId{i}]);
    });
    if (!problem.nodes.empty()) {
        append_list(out, "nodes", problem.nodes.size(),
                    [&](std::size_t i) { return node(problem, problem.nodes[i]); });
    }
    for (const Field& field : head(problem, references)) append_field(out, field);
    append_list(out, "services", problem.services.size(), [&](std::size_t i) {
        return service(problem, problem.services[workload::ServiceId{i}]);
    });
    return out + (json_ ? "}\n" : "");
}

}  // namespace

std::string write_problem_yaml(const Problem& problem, const ProblemReferences& references) {
    return Writer(false).problem(problem, references);
}

std::string write_problem_json(const Problem& problem, const ProblemReferences& references) {
    return Writer(true).problem(problem, references);
}

}  // namespace tangram::io
