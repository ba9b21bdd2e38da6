#include <filesystem>
#include <memory>

#include "commands/commands.h"
#include "inputs.h"
#include "io/problem_template.h"
#include "session.h"

namespace tangram::app::commands {
namespace {

struct Arguments {
    std::string profiles = "examples/data/profiles/parvagpu_inference.csv";
    bool force = false;
};

Result<Exit> run(const Arguments& arguments, Session& session) {
    const std::string& output = session.settings.output;
    std::error_code fault;
    if (!output.empty() && !arguments.force && std::filesystem::is_regular_file(output, fault)) {
        return invalid_input("this file exists; --force overwrites it", output);
    }
    const Result<void> printed =
        session.deliver(io::problem_template(reference(arguments.profiles, output)));
    if (!printed) return printed.error();
    return Exit::kDone;
}

}  // namespace

Command init() {
    auto arguments = std::make_shared<Arguments>();
    Command command;
    command.name = "init";
    command.summary = "Write a problem file to start from, every field explained";
    command.details =
        "It asks for two services on A100-SXM4-80GB, measured in the table of --profiles. The "
        "reference to the table is relative to the folder of -o; absolute on standard output.";
    command.options = {file("profiles", "the performance table it refers to", arguments->profiles),
                       flag("force", "overwrite the file of -o if it exists", arguments->force)};
    command.examples = {{"tangram init -o problem.yaml", "Write problem.yaml."}};
    command.json = false;
    command.run = [arguments](Session& session) { return run(*arguments, session); };
    return command;
}

}  // namespace tangram::app::commands
