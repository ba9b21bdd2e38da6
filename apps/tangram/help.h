// What --help says, from the records.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"

namespace tangram::app {

// "table show" -> "table", "show".
[[nodiscard]] std::vector<std::string> words_of(std::string_view name);

// The words that may follow `group` ("" for the program itself), each once, in order.
[[nodiscard]] std::vector<std::string> next_words(std::span<const Command> commands,
                                                  std::string_view group);

// "tangram plan [OPTIONS] PROBLEM".
[[nodiscard]] std::string usage(const Command& command);

// "-o, --output FILE".
[[nodiscard]] std::string option_heading(const Option& option);
// The meaning with choices, bounds and default.
[[nodiscard]] std::string option_meaning(const Option& option);

// Help on one command, 80 columns wide.
[[nodiscard]] std::string command_help(const Command& command);
// Help on the program, or on the commands whose names begin with the words of `group`.
[[nodiscard]] std::string group_help(std::span<const Command> commands, std::string_view group);

// What exit codes mean, one line each, in order.
struct ExitMeaning {
    int code;
    std::string_view meaning;
};
[[nodiscard]] std::span<const ExitMeaning> exit_meanings();

// The paragraphs of a text, broken at spaces into lines of `width` columns, indented.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace tangram::app
