#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/amount_text.h"
#include "commands/commands.h"
#include "inputs.h"
#include "perf/table_summary.h"
#include "report/text.h"
#include "report/text_table.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using perf::Best;
using perf::Coverage;
using perf::OperatingPoint;
using perf::PerformanceTable;
using Json = nlohmann::ordered_json;

struct Arguments {
    std::vector<std::string> tables;
    std::vector<std::string> infeasible;
    std::optional<Duration> slo;
    std::optional<Duration> max_wait;
    std::string metric = "latency_ms";
    std::optional<std::int64_t> percentile;
    std::string rule = "two-batches";
    std::int64_t max_processes = 1;
};

Result<perf::BestQuery> query(const Arguments& arguments, const PerformanceTable& table) {
    const Result<perf::LatencyRule> rule = perf::parse_latency_rule(arguments.rule);
    if (!rule) return rule.error();
    perf::BestQuery out;
    out.rule = *rule;
    out.max_processes = static_cast<int>(arguments.max_processes);
    out.max_wait = arguments.max_wait.value_or(Duration{});
    if (!arguments.slo) return out;
    const perf::MetricId metric = table.find_metric(arguments.metric);
    if (!metric.valid()) {
        return invalid_input(fmt::format("the table has no metric \"{}\", only {}",
                                         arguments.metric, fmt::join(table.metrics().raw(), ", ")),
                             "--metric");
    }
    perf::Objective objective{.metric = metric, .max = *arguments.slo};
    if (arguments.percentile) objective.percentile = static_cast<int>(*arguments.percentile);
    out.slo.push_back(objective);
    return out;
}

std::string identity(const PerformanceTable& table, perf::ModelId model,
                     const std::string& precision) {
    const std::string& name = table.models()[model];
    return report::printable(precision.empty() ? name : name + " " + precision);
}

// "1 2 4 ... 256" where there are many.
std::string batches_text(const std::vector<int>& batches) {
    constexpr std::size_t kShown = 9;
    if (batches.size() <= kShown) return fmt::format("{}", fmt::join(batches, " "));
    return fmt::format("{} … {} ({} sizes)", fmt::join(batches.begin(), batches.begin() + 3, " "),
                       batches.back(), batches.size());
}

std::string coverage_text(const PerformanceTable& table, const std::vector<Coverage>& rows) {
    std::vector<std::vector<std::string>> cells;
    for (const Coverage& row : rows) {
        cells.push_back({identity(table, row.model, row.precision), report::printable(row.gpu),
                         report::printable(row.profile), fmt::to_string(row.processes),
                         fmt::to_string(row.points), batches_text(row.batches),
                         fmt::format("{}", fmt::join(row.statistics, ", ")),
                         fmt::to_string(row.infeasible)});
    }
    return report::text_table({{"model", false},
                               {"GPU", false},
                               {"profile", false},
                               {"processes", true},
                               {"points", true},
                               {"batches", false},
                               {"measured", false},
                               {"infeasible", true}},
                              cells, report::TableStyle::kTerminal);
}

std::string latency_of(const OperatingPoint& point, const perf::BestQuery& query) {
    const perf::Measure* measure = nullptr;
    if (!query.slo.empty()) {
        measure = measure_for(point, query.slo.front());
    } else if (!point.measures.empty()) {
        measure = &point.measures.front();
    }
    return measure == nullptr ? "–" : ms_text(measure->value);
}

std::vector<std::string> best_row(const PerformanceTable& table, const Best& row,
                                  const perf::BestQuery& query) {
    std::vector<std::string> cells = {identity(table, row.model, row.precision),
                                      report::printable(row.gpu), report::printable(row.profile)};
    if (row.best.valid()) {
        const OperatingPoint& best = table.point(row.best);
        cells.insert(cells.end(), {rps_text(best.throughput) + (best.estimated ? " est." : ""),
                                   fmt::to_string(best.batch), fmt::to_string(best.processes),
                                   latency_of(best, query)});
    } else {
        cells.insert(cells.end(), {"none", "–", "–", "–"});
    }
    cells.push_back(row.fastest.valid() ? latency_of(table.point(row.fastest), query) : "–");
    return cells;
}

std::string best_text(const PerformanceTable& table, const std::vector<Best>& rows,
                      const perf::BestQuery& query) {
    std::vector<std::vector<std::string>> cells;
    for (const Best& row : rows) cells.push_back(best_row(table, row, query));
    return report::text_table({{"model", false},
                               {"GPU", false},
                               {"profile", false},
                               {"requests/s", true},
                               {"batch", true},
                               {"processes", true},
                               {"ms", true},
                               {"fastest ms", true}},
                              cells, report::TableStyle::kTerminal);
}

std::string as_text(const PerformanceTable& table, const perf::BestQuery& query,
                    const std::string& asked) {
    const auto estimated = std::ranges::count_if(
        table.points(), [](const OperatingPoint& point) { return point.estimated; });
    return fmt::format("{}{}, {}, {} listed as infeasible\n\n",
                       report::counted(std::ssize(table.points().raw()), "operating point"),
                       estimated > 0
                           ? fmt::format(" ({} estimated: est.)", report::grouped(estimated))
                           : "",
                       report::counted(std::ssize(table.models().raw()), "model"),
                       table.infeasible().size()) +
           coverage_text(table, coverage(table)) + "\nmost throughput " + asked + "\n\n" +
           best_text(table, best_points(table, query), query);
}

Json point_json(const PerformanceTable& table, perf::OperatingPointId id) {
    if (!id.valid()) return nullptr;
    const OperatingPoint& point = table.point(id);
    Json measures = Json::array();
    for (const perf::Measure& measure : point.measures) {
        measures.push_back({{"metric", table.metrics()[measure.metric]},
                            {"statistic", measure.statistic},
                            {"ms", milliseconds(measure.value)}});
    }
    return {{"batch", point.batch},
            {"processes", point.processes},
            {"throughput_rps", requests_per_second(point.throughput)},
            {"measures", std::move(measures)},
            {"source", point.source},
            {"estimated", point.estimated},
            {"place", point.place}};
}

std::string as_json(const PerformanceTable& table, const perf::BestQuery& query) {
    Json covered = Json::array();
    for (const Coverage& row : coverage(table)) {
        covered.push_back({{"model", table.models()[row.model]},
                           {"gpu", row.gpu},
                           {"precision", row.precision},
                           {"profile", row.profile},
                           {"processes", row.processes},
                           {"source", row.source},
                           {"scenario", row.scenario},
                           {"points", row.points},
                           {"batches", row.batches},
                           {"statistics", row.statistics},
                           {"infeasible", row.infeasible}});
    }
    Json best = Json::array();
    for (const Best& row : best_points(table, query)) {
        best.push_back({{"model", table.models()[row.model]},
                        {"gpu", row.gpu},
                        {"precision", row.precision},
                        {"profile", row.profile},
                        {"best", point_json(table, row.best)},
                        {"fastest", point_json(table, row.fastest)}});
    }
    const Json json = {{"format", "tangram/table"},       {"version", 1},
                       {"points", table.points().size()}, {"infeasible", table.infeasible().size()},
                       {"coverage", std::move(covered)},  {"best", std::move(best)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string asked_text(const Arguments& arguments) {
    const std::string processes =
        fmt::format("with up to {}", report::counted(arguments.max_processes, "process"));
    if (!arguments.slo) return processes + ", at any latency";
    return fmt::format("{}, {} within {} ms by rule {}", processes, arguments.metric,
                       ms_text(*arguments.slo), arguments.rule);
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    std::vector<std::string> files = arguments.tables;
    files.insert(files.end(), arguments.infeasible.begin(), arguments.infeasible.end());
    const Result<perf::PerformanceTable> table = load_table(session, files);
    if (!table) return table.error();
    const Result<perf::BestQuery> asked = query(arguments, *table);
    if (!asked) return asked.error();
    const Result<void> printed =
        session.deliver(session.settings.json ? as_json(*table, *asked)
                                              : as_text(*table, *asked, asked_text(arguments)));
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace

Command table_show() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "table show";
    command.summary = "Show what performance tables cover, and the best point of each profile";
    command.details =
        "Coverage: which batch sizes and processes were measured for each model and profile. Then "
        "the point with most throughput that meets the objective, and the smallest latency there "
        "is. Nothing is interpolated.";
    command.arguments = {required(files("FILE", "performance tables", arguments->tables))};
    command.options = {
        milliseconds_option("slo", "latency objective; without it any latency will do",
                            arguments->slo),
        text("metric", "NAME", "the metric it limits", arguments->metric),
        whole_number("percentile", "N", "the percentile it limits instead of the mean (999: 99.9)",
                     1, 9999, arguments->percentile),
        choice("rule", "RULE", "when a point meets it", {"mean", "two-batches", "parvagpu"},
               arguments->rule),
        milliseconds_option("max-wait", "how long a batch may wait to fill", arguments->max_wait),
        whole_number("max-processes", "P", "processes per instance", 1, 1000,
                     arguments->max_processes),
        files("infeasible", "combinations that do not run", arguments->infeasible)};
    command.examples = {
        {"tangram table show examples/data/profiles/parvagpu_inference.csv --slo 150 "
         "--max-processes 3",
         "Coverage, and the best points for an objective of 150 ms."}};
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
