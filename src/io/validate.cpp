#include "io/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "io/catalogue.h"
#include "io/deployment_file.h"
#include "io/files.h"
#include "io/object_reader.h"
#include "io/parse.h"
#include "io/performance_csv.h"
#include "io/plan_file.h"
#include "io/rates_file.h"
#include "io/scenario_file.h"
#include "io/schedule_file.h"

namespace tangram::io {
namespace {

namespace fs = std::filesystem;

std::string counted(std::size_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

struct Input {
    const std::string& text;
    const fs::path& path;
    const ProblemContext& context;
};

Result<ValidFile> validate_problem(const Input& input) {
    const Result<ProblemFile> file =
        parse_problem(input.text, input.path.string(), input.path.parent_path(), input.context);
    if (!file) return file.error();
    const workload::Problem& problem = file->problem;
    return ValidFile{"tangram/problem",
                     fmt::format("{}, {}, {}", counted(problem.services.size(), "service"),
                                 counted(problem.fleet.size(), "GPU model"),
                                 counted(problem.table->points().size(), "operating point")),
                     file->warnings};
}

std::string summary_of(const deployment::Deployment& deployment) {
    std::size_t instances = 0;
    for (const deployment::DeployedGpu& gpu : deployment.gpus) instances += gpu.instances.size();
    return fmt::format("{}, {}, {}", counted(deployment.gpus.size(), "GPU"),
                       counted(instances, "instance"),
                       counted(deployment.services.size(), "service"));
}

Result<ValidFile> validate_deployment(const Input& input) {
    const Result<deployment::Deployment> deployment =
        parse_deployment(input.text, input.path.string());
    if (!deployment) return deployment.error();
    return ValidFile{"tangram/deployment", summary_of(*deployment), {}};
}

Result<ValidFile> validate_plan(const Input& input) {
    const Result<PlanFile> plan = parse_plan(input.text, input.path.string());
    if (!plan) return plan.error();
    return ValidFile{
        "tangram/plan",
        fmt::format("{}, {}", planner::name(plan->status),
                    plan->deployment ? summary_of(*plan->deployment) : "without a deployment"),
        {}};
}

Result<ValidFile> validate_scenario(const Input& input) {
    const Result<ScenarioFile> file =
        parse_scenario(input.text, input.path.string(), input.path.parent_path(), input.context);
    if (!file) return file.error();
    const window::Scenario& scenario = file->scenario;
    const auto windows = static_cast<std::size_t>(scenario.windows);
    const auto slots = static_cast<std::size_t>(scenario.window_slots);
    return ValidFile{"tangram/window-scenario",
                     fmt::format("{}, {}, {} of {}", counted(scenario.tenants.size(), "tenant"),
                                 counted(scenario.gpus.size(), "GPU"), counted(windows, "window"),
                                 counted(slots, "slot")),
                     file->warnings};
}

Result<ValidFile> validate_schedule(const Input& input) {
    const Result<ScheduleFile> file = parse_schedule(input.text, input.path.string());
    if (!file) return file.error();
    return ValidFile{
        "tangram/window-schedule",
        fmt::format("{}, {}", window::name(file->status),
                    file->stints ? counted(file->stints->size(), "stint") : "without a schedule"),
        {}};
}

Result<ValidFile> validate_catalogue(const Input& input) {
    const Result<gpu::Catalogue> catalogue = read_catalogue(input.text, input.path.string());
    if (!catalogue) return catalogue.error();
    const Result<gpu::Catalogue> both = input.context.catalogue->extended_by(*catalogue);
    if (!both) return invalid_input(both.error().message, input.path.string());
    return ValidFile{"tangram/catalogue",
                     fmt::format("{}, {}", counted(catalogue->models().size(), "GPU model"),
                                 counted(catalogue->rule_sets().size(), "rule set")),
                     {}};
}

Result<ValidFile> validate_csv(const Input& input) {
    perf::PerformanceTable table;
    ValidFile valid;
    const Result<void> read =
        read_performance_csv(input.text, input.path.string(), table, valid.warnings);
    if (!read) return read.error();
    if (table.points().empty() && !table.infeasible().empty()) {
        valid.format = "infeasible combinations";
        valid.summary = counted(table.infeasible().size(), "combination");
    } else {
        valid.format = "performance table";
        valid.summary = fmt::format("{}, {}", counted(table.models().size(), "model"),
                                    counted(table.points().size(), "operating point"));
    }
    return valid;
}

Result<ValidFile> validate_rates(const Input& input) {
    const Result<RatesFile> rates = parse_rates(input.text, input.path.string());
    if (!rates) return rates.error();
    return ValidFile{"tangram/rates",
                     fmt::format("{}, {} of {} s", counted(rates->services.size(), "service"),
                                 counted(rates->rates.front().size(), "step"), rates->step_s),
                     {}};
}

struct Format {
    std::string_view name;
    Result<ValidFile> (*validate)(const Input&);
};
constexpr std::array kFormats = {Format{"tangram/problem", validate_problem},
                                 Format{"tangram/deployment", validate_deployment},
                                 Format{"tangram/plan", validate_plan},
                                 Format{"tangram/catalogue", validate_catalogue},
                                 Format{"tangram/window-scenario", validate_scenario},
                                 Format{"tangram/window-schedule", validate_schedule}};

// The first line that is no YAML comment lists columns: commas, and no colon as in "field: value".
bool looks_like_csv(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos || line[first] == '#') continue;
        return line.find(',') != std::string_view::npos &&
               line.find(':') == std::string_view::npos && line[first] != '{' &&
               line[first] != '[' && line[first] != '-';
    }
    return false;
}

Result<ValidFile> validate_tree(const Input& input) {
    std::vector<std::string> names;
    for (const Format& format : kFormats) names.emplace_back(format.name);
    const Result<Document> document = parse_yaml_or_json(input.text, input.path.string());
    if (!document) return document.error();
    FirstError error;
    if (!expect_object(document->root(), error)) return *error.error;
    const auto field = document->root().find("format");
    if (!field) {
        return document->root().error(fmt::format(
            "the field \"format\" is missing, expected one of: {}", fmt::join(names, ", ")));
    }
    const std::string name = read_text(*field, error);
    if (error) return *error.error;
    for (const Format& format : kFormats) {
        if (format.name == name) return format.validate(input);
    }
    return field->expected(
        fmt::format("one of: {}{}", fmt::join(names, ", "), nearest_hint(name, names)));
}

}  // namespace

Result<ValidFile> validate_file(const fs::path& path, const ProblemContext& context) {
    const Result<std::string> text = context.read(path);
    if (!text) return text.error();
    const Result<std::string_view> checked = check_text(*text, path.string());
    if (!checked) return checked.error();
    const Input input{*text, path, context};
    if (checked->starts_with("# format: tangram/rates")) return validate_rates(input);
    return looks_like_csv(*checked) ? validate_csv(input) : validate_tree(input);
}

}  // namespace tangram::io
