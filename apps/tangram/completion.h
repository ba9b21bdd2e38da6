// Completion scripts from the records: commands by their words, options, choices and files. The
// options of a command must include the common ones.
#pragma once

#include <span>
#include <string>

#include "command.h"

namespace tangram::app {

[[nodiscard]] std::string bash_completion(std::span<const Command> commands);
[[nodiscard]] std::string zsh_completion(std::span<const Command> commands);
[[nodiscard]] std::string fish_completion(std::span<const Command> commands);

}  // namespace tangram::app
