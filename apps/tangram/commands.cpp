#include "commands/commands.h"

#include <utility>

#include "command.h"
#include "session.h"

namespace tangram::app {

namespace {

std::vector<Option> common_options(const Command& command, Session& session) {
    Settings& settings = session.settings;
    std::vector<Option> options;
    if (command.catalogue) {
        options.push_back(file("catalogue", "a catalogue that extends the built-in GPU models",
                               settings.catalogue));
    }
    options.push_back(lettered(
        'o', output_file("output",
                         "write the answer to FILE, complete or not at all, instead of standard "
                         "output",
                         settings.output)));
    if (command.json) options.push_back(flag("json", "print JSON for programs", settings.json));
    options.push_back(
        lettered('q', flag("quiet", "no progress, notes or warnings", settings.quiet)));
    options.push_back(choice("color", "WHEN",
                             "colours: auto is those of a terminal, unless NO_COLOR is set",
                             {"auto", "always", "never"}, settings.color));
    return options;
}

}  // namespace

std::vector<Command> all_commands() {
    using namespace commands;
    std::vector<Command> all;
    for (Command (*make)() : {init,
                              validate,
                              gpus,
                              table_show,
                              table_check,
                              table_estimate,
                              import_parvagpu,
                              import_prometheus,
                              import_trace,
                              generate,
                              plan,
                              check,
                              explain,
                              compare,
                              diff,
                              export_deployment,
                              transition,
                              check_transition,
                              replay,
                              window_plan,
                              window_run,
                              window_compare,
                              window_check,
                              completion,
                              man}) {
        all.push_back(make());
    }
    return all;
}

std::vector<Command> with_common_options(Session& session) {
    std::vector<Command> commands = all_commands();
    for (Command& command : commands) {
        for (Option& option : common_options(command, session)) {
            command.options.push_back(std::move(option));
        }
    }
    return commands;
}

}  // namespace tangram::app
