// A command as a record: what it is called, what it takes, what it does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "options.h"

namespace tangram::app {

class Session;

// What the program tells whoever called it.
enum class Exit {
    kDone = 0,      // also: feasible but unproven
    kNo = 1,        // the answer is no: infeasible, check failed, partial
    kBadInput = 2,  // a file or an argument is wrong
    kInternal = 3,  // a fault of ours
    kLimit = 4,     // stopped by a limit without an answer
    kInterrupted = 130,
};

struct Example {
    std::string command;  // as typed, without the prompt
    std::string meaning;
};

struct Command {
    std::string name;               // "plan", "table show": words of the command line
    std::string summary;            // one line, without a full stop
    std::string details;            // paragraphs, separated by empty lines
    std::vector<Option> arguments;  // positional, in order
    std::vector<Option> options;    // its own; the common ones follow
    std::vector<Example> examples;
    bool json = true;        // takes --json
    bool catalogue = false;  // takes --catalogue
    // An Error becomes a sentence on standard error and exit code 2 or, if internal, 3.
    std::function<Result<Exit>(Session&)> run;
};

// Every command, in the order in which --help lists them.
[[nodiscard]] std::vector<Command> all_commands();

// The same with the options that all commands share, bound to the session's settings.
[[nodiscard]] std::vector<Command> with_common_options(Session& session);

}  // namespace tangram::app
