#include "report/comparison_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "report/text.h"

namespace tangram::report {
namespace {

using Json = nlohmann::json;

struct Row {
    std::string engine;
    std::string status;
    bool has_plan = false;
    std::optional<double> gpus;
    std::optional<double> cost;
    std::optional<double> bound;
    std::optional<double> gap;
    std::optional<double> seconds;
    std::optional<double> instances;
    std::optional<double> estimated;  // of them
};

std::optional<double> number(const Json& object, const char* key) {
    if (!object.is_object()) return std::nullopt;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

Row read_row(const Json& plan) {
    Row row;
    row.engine = plan.at("engine").get<std::string>();
    row.status = plan.at("status").get<std::string>();
    row.has_plan = row.status == "optimal" || row.status == "feasible";
    row.gpus = number(plan, "gpus");
    row.cost = number(plan, "cost");
    row.bound = number(plan, "bound");
    row.gap = number(plan, "gap");
    row.instances = number(plan, "instances");
    row.estimated = number(plan, "estimated_instances");
    row.seconds = number(plan.value("timing", Json()), "seconds");
    return row;
}

std::string seconds_text(double seconds) {
    if (seconds < 0.001) return fmt::format("{:.2g} ms", seconds * 1000);
    if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1000);
    return fmt::format("{:.3g} s", seconds);
}

std::string or_blank(const std::optional<double>& value, bool shown, std::string (*text)(double)) {
    return value && shown ? text(*value) : "–";
}

std::vector<std::string> cells(const Row& row, const std::optional<double>& whole) {
    std::string saved = "–";
    if (whole && *whole > 0 && row.has_plan && row.cost) saved = percent(1 - *row.cost / *whole);
    return {row.engine, row.status, or_blank(row.gpus, row.has_plan, amount),
            or_blank(row.cost, row.has_plan, amount),
            // A baseline states no bound of its own.
            or_blank(row.bound, row.bound.value_or(0) > 0, amount),
            or_blank(row.gap, row.has_plan && row.bound.value_or(0) > 0, percent),
            or_blank(row.seconds, true, seconds_text), saved};
}

// Which of the plans rest on estimates, and how far; "" if none does.
std::string estimates_note(const std::vector<Row>& rows) {
    std::string plans;
    for (const Row& row : rows) {
        if (row.estimated.value_or(0) == 0) continue;
        plans += fmt::format("{}{} {} of {} instances", plans.empty() ? "" : ", ", row.engine,
                             amount(*row.estimated), amount(row.instances.value_or(0)));
    }
    return plans.empty() ? plans : "\nrest on estimated performance: " + plans + "\n";
}

std::string table(const Json& root, TableStyle style) {
    std::vector<Row> rows;
    std::optional<double> whole;
    for (const Json& plan : root.at("plans")) {
        rows.push_back(read_row(plan));
        if (rows.back().engine == "whole-gpu" && rows.back().has_plan) whole = rows.back().cost;
    }
    std::vector<std::vector<std::string>> lines;
    for (const Row& row : rows) lines.push_back(cells(row, whole));
    return text_table({{"engine", false},
                       {"status", false},
                       {"GPUs", true},
                       {"cost", true},
                       {"bound", true},
                       {"gap", true},
                       {"time", true},
                       {"saved vs whole-gpu", true}},
                      lines, style) +
           estimates_note(rows);
}

}  // namespace

Result<std::string> comparison_table(std::string_view json, TableStyle style) {
    try {
        const Json root = Json::parse(json);
        if (root.at("format") != "tangram/comparison") {
            return invalid_input("expected format tangram/comparison", "comparison");
        }
        return table(root, style);
    } catch (const Json::exception& error) {
        return invalid_input(error.what(), "comparison");
    }
}

}  // namespace tangram::report
