#include "io/validate.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands/commands.h"
#include "inputs.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

using Json = nlohmann::ordered_json;
using Files = std::vector<std::string>;

std::string as_json(const Files& files, const std::vector<io::ValidFile>& valid) {
    Json list = Json::array();
    for (std::size_t i = 0; i < files.size(); ++i) {
        list.push_back({{"file", files[i]},
                        {"format", valid[i].format},
                        {"summary", valid[i].summary},
                        {"warnings", valid[i].warnings}});
    }
    const Json json = {
        {"format", "tangram/validation"}, {"version", 1}, {"files", std::move(list)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_text(const Files& files, const std::vector<io::ValidFile>& valid) {
    std::string text;
    for (std::size_t i = 0; i < files.size(); ++i) {
        text += fmt::format("{}: {}, {}\n", files[i], valid[i].format, valid[i].summary);
    }
    return text;
}

Result<Exit> run(const Files& files, Session& session) {
    const auto catalogue = load_catalogue(session);
    if (!catalogue) return catalogue.error();
    io::ProblemContext context;
    context.catalogue = *catalogue;
    std::vector<io::ValidFile> valid;
    for (const std::string& path : files) {
        Result<io::ValidFile> file = io::validate_file(path, context);
        if (!file) return file.error();
        session.warnings(file->warnings);
        valid.push_back(*std::move(file));
    }
    const bool silent = session.settings.quiet && !session.settings.json;
    if (silent) return Exit::kDone;
    const Result<void> printed =
        session.deliver(session.settings.json ? as_json(files, valid) : as_text(files, valid));
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace

Command validate() {
    auto paths = std::make_shared<Files>();
    Command command;
    command.name = "validate";
    command.summary = "Read files strictly and say what they are";
    command.details =
        "Problems (with the files they name), deployments, plans, GPU catalogues, performance "
        "tables and lists of infeasible combinations, told apart by content. The first file that "
        "is wrong ends it with exit code 2, the place, what was found and what was expected.";
    command.arguments = {required(files("FILE", "files of any of these formats", *paths))};
    command.examples = {{"tangram validate examples/small.yaml", "Read a problem."}};
    command.catalogue = true;
    command.run = [paths](Session& session) { return run(*paths, session); };
    return command;
}

}  // namespace tangram::app::commands
