// From the command line to a command whose options are set.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "command.h"

namespace tangram::app {

// What the command line asks for.
struct Request {
    enum class Kind { kRun, kHelp, kVersion, kError };
    Kind kind = Kind::kError;
    // Index into the commands; none: help about `words`, which name a group of commands or nothing.
    std::optional<std::size_t> command;
    std::string words;
    std::string error;                 // a sentence; with kError
    std::vector<std::string> inputs;   // files the line names to be read
    std::vector<std::string> outputs;  // and to be written
};

// Sets the variables the options are bound to. `options` of a command must include the common ones.
// Never throws.
[[nodiscard]] Request parse_command_line(std::span<const Command> commands, int argc,
                                         const char* const* argv);

}  // namespace tangram::app
