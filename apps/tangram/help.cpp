#include "help.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tangram::app {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kMeaningColumn = 24;

constexpr std::array<ExitMeaning, 6> kExitMeanings{{
    {0, "done; also a plan that is valid but not proven best"},
    {1, "the answer is no: infeasible, a check failed, a difference in kind"},
    {2, "bad input: a file or an argument is wrong; nothing was written"},
    {3, "internal error"},
    {4, "stopped by a limit without an answer"},
    {130, "interrupted; plan writes the best plan so far if -o was given"},
}};

// One entry of a list: heading, then the meaning beside or below it.
void add_entry(std::string& out, std::string_view heading, std::string_view meaning) {
    std::string body = wrapped(meaning, kMeaningColumn, kWidth);
    if (heading.size() + 4 <= kMeaningColumn) {
        body.replace(2, heading.size(), heading);
        out += body;
    } else {
        out += fmt::format("  {}\n", heading) + body;
    }
}

std::string common_footer() {
    return "Exit codes: 0 done, 1 the answer is no, 2 bad input, 3 internal error,\n"
           "4 stopped by a limit without an answer, 130 interrupted.\n";
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words;
    while (!name.empty()) {
        const std::size_t space = name.find(' ');
        words.emplace_back(name.substr(0, space));
        name = space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
    }
    return words;
}

std::vector<std::string> next_words(std::span<const Command> commands, std::string_view group) {
    const std::string prefix = group.empty() ? "" : std::string(group) + " ";
    std::vector<std::string> found;
    for (const Command& command : commands) {
        if (!command.name.starts_with(prefix)) continue;
        std::string word = words_of(command.name.substr(prefix.size())).front();
        if (std::ranges::find(found, word) == found.end()) found.push_back(std::move(word));
    }
    return found;
}

std::string usage(const Command& command) {
    std::string line = "tangram " + command.name + " [OPTIONS]";
    for (const Option& option : command.options) {
        if (option.required) line += fmt::format(" --{} {}", option.name, option.value);
    }
    for (const Option& argument : command.arguments) {
        const std::string name = argument.name + (argument.repeats ? "..." : "");
        line += argument.required ? " " + name : " [" + name + "]";
    }
    return line;
}

std::string option_heading(const Option& option) {
    std::string heading = option.letter == 0 ? "" : fmt::format("-{}, ", option.letter);
    heading += "--" + option.name;
    return option.is_flag() ? heading : heading + " " + option.value;
}

std::string option_meaning(const Option& option) {
    std::vector<std::string> parts;
    if (!option.choices.empty()) {
        parts.push_back(fmt::format("one of {}", fmt::join(option.choices, ", ")));
    }
    if (!option.bounds.empty()) parts.push_back(option.bounds);
    if (option.required) parts.emplace_back("required");
    if (!option.preset.empty()) parts.push_back("default " + option.preset);
    if (parts.empty()) return option.meaning;
    return fmt::format("{} ({})", option.meaning, fmt::join(parts, "; "));
}

std::string command_help(const Command& command) {
    std::string out = fmt::format("{}\n\nUsage: {}\n", command.summary, usage(command));
    if (!command.details.empty()) out += "\n" + wrapped(command.details, 0, kWidth);
    if (!command.arguments.empty()) {
        out += "\nArguments:\n";
        for (const Option& argument : command.arguments) {
            add_entry(out, argument.name, option_meaning(argument));
        }
    }
    out += "\nOptions:\n";
    for (const Option& option : command.options) {
        const std::string indent = option.letter == 0 ? "    " : "";
        add_entry(out, indent + option_heading(option), option_meaning(option));
    }
    add_entry(out, "-h, --help", "show this help");
    out += command.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
    for (const Example& example : command.examples) {
        out += fmt::format("  {}\n", example.command) + wrapped(example.meaning, 6, kWidth);
    }
    return out + "\n" + common_footer();
}

std::string group_help(std::span<const Command> commands, std::string_view group) {
    std::string out;
    if (group.empty()) {
        out =
            "Cuts a fleet of GPUs into instances that serve every service within its latency\n"
            "objective on the fewest GPUs, with a proof.\n\n";
    }
    const std::string prefix = group.empty() ? "" : std::string(group) + " ";
    out += fmt::format("Usage: tangram {}COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n", prefix);
    for (const Command& command : commands) {
        if (command.name.starts_with(prefix)) add_entry(out, command.name, command.summary);
    }
    out += "\nOptions:\n";
    if (group.empty()) add_entry(out, "    --version", "versions of the program and its solver");
    add_entry(out, "-h, --help", "show this help; behind a command, help on the command");
    out += "\nExample:\n  tangram plan problem.yaml --svg fleet.svg\n\n";
    return out + common_footer();
}

std::span<const ExitMeaning> exit_meanings() { return kExitMeanings; }

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    const std::string margin(indent, ' ');
    std::string out;
    std::string line = margin;
    const auto end_line = [&] {
        out += line + "\n";
        line = margin;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\n') {
            end_line();
            ++at;
            continue;
        }
        const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
        const std::string_view word = text.substr(at, end - at);
        if (line.size() > indent && line.size() + 1 + word.size() > width) end_line();
        if (line.size() > indent) line += ' ';
        line += word;
        at = end < text.size() && text[end] == ' ' ? end + 1 : end;
    }
    end_line();
    return out;
}

}  // namespace tangram::app
