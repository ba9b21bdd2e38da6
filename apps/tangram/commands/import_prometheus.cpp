#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/files.h"
#include "io/import/rates.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string answer;
    std::string problem;
    std::string label = "service";
    Share quantile{950'000};
    Share scale{kSharePerOne};
    std::string per = "second";
    bool keep_missing = false;
};

io::RateImport asked(const Arguments& arguments) {
    io::RateImport how;
    how.label = arguments.label;
    how.quantile = arguments.quantile;
    how.scale_millionths = arguments.scale.count();
    how.seconds = arguments.per == "second" ? 1 : arguments.per == "minute" ? 60 : 3600;
    how.keep_missing = arguments.keep_missing;
    return how;
}

Result<Exit> run(const Arguments& arguments, Session& session) {
    Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    const Result<std::string> text = io::read_file(arguments.answer);
    if (!text) return text.error();
    const Result<io::PrometheusAnswer> answer = io::read_prometheus_json(*text, arguments.answer);
    if (!answer) return answer.error();
    const auto warnings =
        io::fill_rates(*answer, arguments.answer, asked(arguments), file->problem);
    if (!warnings) return warnings.error();
    session.warnings(*warnings);
    const io::ProblemReferences references =
        moved_references(file->references, arguments.problem, session.settings.output);
    return deliver_problem(session, file->problem, references);
}

}  // namespace

Command import_prometheus() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "import rates prometheus-json";
    command.summary = "Fill a problem's rates from a Prometheus range query";
    command.details =
        "FILE is the JSON that /api/v1/query_range answered (an instant query counts as one "
        "sample), of a query for requests per second such as sum by (service) "
        "(rate(requests_total[5m])). A series belongs to the service that its label names. "
        "Several series of one service are added up time by time; at a time one of them lacks, "
        "the others are taken and a warning says so. Of these n sums the quantile is the nearest "
        "rank: the ceil(n x PERCENT / 100)-th from below, an observed load. Rates are rounded up "
        "to the thousandth.\n\n"
        "NaN and infinite samples are skipped with a warning; a negative one is an error. The rest "
        "of the problem stays as it is, but for comments and the order of fields; references to "
        "tables are relative to the folder of -o, absolute on standard output.";
    command.arguments = {required(file("FILE", "the answer to the query", arguments->answer))};
    command.options = {
        required(file("problem", "the problem whose rates are filled", arguments->problem)),
        percentage("quantile", "the quantile of the load over time", arguments->quantile),
        text("label", "NAME", "the label that holds the service's name", arguments->label),
        choice("per", "UNIT", "the samples are requests per second, minute or hour",
               {"second", "minute", "hour"}, arguments->per),
        factor("scale", "multiply every rate, for growth to come", arguments->scale),
        flag("keep-missing", "services without samples keep their rate; without it an error",
             arguments->keep_missing)};
    command.examples = {
        {"tangram import rates prometheus-json examples/prometheus/small-rates.json --problem "
         "examples/small.yaml --quantile 95 -o filled.yaml",
         "The rates of a made-up hour for the small example."}};
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
