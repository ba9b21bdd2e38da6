#include <memory>

#include "commands/commands.h"
#include "manual.h"
#include "session.h"

namespace tangram::app::commands {

Command man() {
    auto format = std::make_shared<std::string>("roff");
    Command command;
    command.name = "man";
    command.summary = "Print the manual page";
    command.options = {choice("format", "FORMAT", "roff for man, markdown for docs/cli.md",
                              {"roff", "markdown"}, *format)};
    command.examples = {{"tangram man -o tangram.1", "Write it; `man ./tangram.1` shows it."}};
    command.json = false;
    command.run = [format](Session& session) -> Result<Exit> {
        Session defaults;  // this run's own options are no defaults
        const std::vector<Command> commands = with_common_options(defaults);
        const Result<void> printed =
            session.deliver(*format == "roff" ? manual_roff(commands) : manual_markdown(commands));
        if (!printed) return printed.error();
        return Exit::kDone;
    };
    return command;
}

}  // namespace tangram::app::commands
