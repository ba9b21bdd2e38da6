#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/files.h"
#include "io/import/trace.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string trace, problem, kind;
    std::int64_t begin = 0, length = 86'400, past = 0;
    Share busy{500'000};
};

Result<Exit> run(const Arguments& arguments, Session& session) {
    const Result<io::ProblemFile> file = load_problem(session, arguments.problem);
    if (!file) return file.error();
    const Result<std::string> text = io::read_file(arguments.trace);
    if (!text) return text.error();
    const auto trace = arguments.kind == "servegen"
                           ? io::read_servegen(*text, arguments.trace)
                           : io::read_azure_functions(*text, arguments.trace);
    if (!trace) return trace.error();
    const io::TraceMapping how{arguments.begin, arguments.length, arguments.past, arguments.busy};
    const auto rates = io::map_trace(*trace, file->problem, how, arguments.trace);
    if (!rates) return rates.error();
    const Result<void> done = session.deliver(io::write_rates(*rates));
    if (!done) return done.error();
    return Exit::kDone;
}

}  // namespace

Command import_trace() {
    constexpr std::int64_t kMost = 1'000'000'000;
    auto arguments = std::make_shared<Arguments>();
    arguments->kind = "servegen";
    Command command;
    command.name = "import rates trace";
    command.summary = "Rates over time for a problem's services from a published trace";
    command.details =
        "FILE is a CSV of ServeGen's clients (service, client_chunk, t_s, requests_per_s) or of "
        "Azure's functions (one column per minute). The sources that are busy in enough of the "
        "steps are ranked by what they asked for; the first becomes the first service of the "
        "problem, the second the second, and so on, each multiplied so that its mean is that "
        "service's rate in the problem. The notes in the answer say which is which.";
    command.arguments = {required(file("FILE", "the trace", arguments->trace))};
    command.options = {
        required(file("problem", "the problem whose services get rates", arguments->problem)),
        choice("kind", "NAME", "whose trace it is", {"servegen", "azure-functions"},
               arguments->kind),
        whole_number("begin", "SECONDS", "where time 0 is in the trace", 0, kMost,
                     arguments->begin),
        whole_number("length", "SECONDS", "from there on", 1, kMost, arguments->length),
        whole_number("past", "SECONDS", "before that: known when a replay begins", 0, kMost,
                     arguments->past),
        percentage("busy", "sources with requests in that many of the steps", arguments->busy)};
    command.examples = {
        {"tangram import rates trace clients.csv --problem day.yaml --begin 86400 "
         "--past 86400 -o day.csv",
         "The second day of ServeGen's clients, the first one as its past."}};
    command.json = false;
    command.catalogue = true;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
