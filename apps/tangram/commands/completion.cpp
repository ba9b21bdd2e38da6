#include "completion.h"

#include <memory>

#include "commands/commands.h"
#include "session.h"

namespace tangram::app::commands {

Command completion() {
    auto shell = std::make_shared<std::string>();
    Command command;
    command.name = "completion";
    command.summary = "Print a shell's completion script";
    command.arguments = {
        required(choice("SHELL", "SHELL", "whose script", {"bash", "zsh", "fish"}, *shell))};
    command.examples = {{"source <(tangram completion bash)", "Completion in this bash."}};
    command.json = false;
    command.run = [shell](Session& session) -> Result<Exit> {
        Session defaults;  // this run's own options are no defaults
        const std::vector<Command> commands = with_common_options(defaults);
        const Result<void> printed = session.deliver(*shell == "bash"  ? bash_completion(commands)
                                                     : *shell == "zsh" ? zsh_completion(commands)
                                                                       : fish_completion(commands));
        if (!printed) return printed.error();
        return Exit::kDone;
    };
    return command;
}

}  // namespace tangram::app::commands
