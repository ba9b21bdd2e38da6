#include "perf/table_check.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "inputs.h"
#include "report/text.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
    std::vector<std::string> tables;
    std::vector<std::string> infeasible;
};

std::string as_json(const std::vector<perf::Finding>& findings, std::size_t points) {
    Json list = Json::array();
    for (const perf::Finding& finding : findings) {
        list.push_back(
            {{"kind", name(finding.kind)}, {"place", finding.place}, {"message", finding.message}});
    }
    const Json json = {{"format", "tangram/table-check"},
                       {"version", 1},
                       {"ok", findings.empty()},
                       {"points", points},
                       {"findings", std::move(list)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_text(const std::vector<perf::Finding>& findings, std::size_t points) {
    std::string text;
    for (const perf::Finding& finding : findings) {
        text += fmt::format("{}: {}: {}\n", finding.place, name(finding.kind),
                            report::printable(finding.message));
    }
    return text + fmt::format("{} checked, {}\n",
                              report::counted(static_cast<long long>(points), "operating point"),
                              report::counted(std::ssize(findings), "finding"));
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    std::vector<std::string> files = arguments.tables;
    files.insert(files.end(), arguments.infeasible.begin(), arguments.infeasible.end());
    const Result<perf::PerformanceTable> table = load_table(session, files);
    if (!table) return table.error();
    const std::vector<perf::Finding> findings = check_table(*table, **catalogue);
    const std::size_t points = table->points().size();
    const Result<void> printed = session.deliver(session.settings.json ? as_json(findings, points)
                                                                       : as_text(findings, points));
    if (!printed) return printed.error();
    return findings.empty() ? Exit::kDone : Exit::kNo;
}

}  // namespace

Command table_check() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "table check";
    command.summary = "Look for measurements that contradict themselves or their neighbours";
    command.details =
        "Throughput times latency against batch times processes (5 % and half a millisecond of "
        "rounding are forgiven), jumps along batch sizes, processes and profiles, repeated rows, "
        "percentiles out of order, measured combinations that are listed as infeasible. A finding "
        "is a reason to look, not an error. Exit code 1: there are some.";
    command.arguments = {required(files("FILE", "performance tables", arguments->tables))};
    command.options = {files("infeasible", "combinations that do not run", arguments->infeasible)};
    command.examples = {{"tangram table check examples/data/profiles/parvagpu_inference.csv",
                         "Look over one table."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
