// The manual from the records: a page for man(1) and docs/cli.md. The options of a command must
// include the common ones.
#pragma once

#include <span>
#include <string>

#include "command.h"

namespace tangram::app {

[[nodiscard]] std::string manual_roff(std::span<const Command> commands);
[[nodiscard]] std::string manual_markdown(std::span<const Command> commands);

}  // namespace tangram::app
