#include "manual.h"

#include <fmt/format.h>

#include "help.h"

namespace tangram::app {
namespace {

// Text as roff has it: backslashes, minus signs and leading dots mean something there.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

void add_paragraphs(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find("\n\n");
        out += roff(text.substr(0, end)) + "\n";
        if (end == std::string_view::npos) return;
        out += ".PP\n";
        text.remove_prefix(end + 2);
    }
}

void add_roff_command(std::string& out, const Command& command) {
    out += fmt::format(".SS \"tangram {}\"\n{}.\n.PP\n.nf\n{}\n.fi\n.PP\n", roff(command.name),
                       roff(command.summary), roff(usage(command)));
    add_paragraphs(out, command.details);
    for (const Option& argument : command.arguments) {
        out +=
            fmt::format(".TP\n.I {}\n{}.\n", roff(argument.name), roff(option_meaning(argument)));
    }
    for (const Option& option : command.options) {
        out += fmt::format(".TP\n.B {}\n{}.\n", roff(option_heading(option)),
                           roff(option_meaning(option)));
    }
    for (const Example& example : command.examples) {
        out += fmt::format(".PP\n{}\n.PP\n.nf\n    {}\n.fi\n", roff(example.meaning),
                           roff(example.command));
    }
}

// The heading of a command in docs/cli.md, and the table of its options.
void add_markdown_command(std::string& out, const Command& command) {
    out += fmt::format("## tangram {}\n\n{}.\n\n```\n{}\n```\n", command.name, command.summary,
                       usage(command));
    if (!command.details.empty()) out += fmt::format("\n{}\n", command.details);
    out += "\n| | |\n|---|---|\n";
    for (const Option& argument : command.arguments) {
        out += fmt::format("| `{}` | {} |\n", argument.name, option_meaning(argument));
    }
    for (const Option& option : command.options) {
        out += fmt::format("| `{}` | {} |\n", option_heading(option), option_meaning(option));
    }
    out += "\n";
    for (const Example& example : command.examples) {
        out += fmt::format("{}\n```\n{}\n```\n", example.meaning, example.command);
    }
    out += "\n";
}

}  // namespace

std::string manual_roff(std::span<const Command> commands) {
    std::string out =
        fmt::format(".TH TANGRAM 1 \"\" \"tangram {}\" \"User Commands\"\n", TANGRAM_VERSION);
    out +=
        ".SH NAME\ntangram \\- cut a fleet of GPUs into instances, with a proof\n"
        ".SH SYNOPSIS\n.B tangram\n.I COMMAND\n[OPTIONS] [ARGUMENTS]\n.br\n"
        ".B tangram \\-\\-version\n.br\n.B tangram\n[\n.I COMMAND\n]\n.B \\-\\-help\n"
        ".SH DESCRIPTION\n"
        "Given services with request rates and latency objectives, measured performance tables and "
        "a fleet of GPUs, tangram finds the cut into MIG instances that serves everything on the "
        "fewest GPUs, proves it, checks it independently, explains it and draws it.\n"
        ".PP\nThe answer goes to standard output, everything else to standard error.\n"
        ".SH COMMANDS\n";
    for (const Command& command : commands) add_roff_command(out, command);
    out += ".SH EXIT STATUS\n";
    for (const ExitMeaning& exit : exit_meanings()) {
        out += fmt::format(".TP\n.B {}\n{}.\n", exit.code, roff(exit.meaning));
    }
    out +=
        ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nIf set and not empty, no colours unless "
        "\\-\\-color always asks for them.\n.TP\n.B COLORTERM\ntruecolor or 24bit: colours are "
        "not reduced to 256.\n";
    return out;
}

std::string manual_markdown(std::span<const Command> commands) {
    std::string out =
        "# Command line\n\n"
        "Written by `tangram man --format markdown` from the option records of the program.\n\n"
        "The answer goes to standard output, everything else to standard error. Files are written "
        "complete or not at all.\n\n| exit code | |\n|---|---|\n";
    for (const ExitMeaning& exit : exit_meanings()) {
        out += fmt::format("| {} | {} |\n", exit.code, exit.meaning);
    }
    out += "\n`tangram --version` prints the versions of the program and its solver.\n\n";
    for (const Command& command : commands) add_markdown_command(out, command);
    out.pop_back();
    return out;
}

}  // namespace tangram::app
